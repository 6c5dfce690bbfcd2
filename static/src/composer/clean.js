const SAME = "P UL OL LI BLOCKQUOTE PRE STRONG EM U S CODE BR".split(" ");
const RENAMED = {B: "STRONG", I: "EM", DIV: "P", STRIKE: "S", DEL: "S"};
const DROPPED = "SCRIPT STYLE HEAD TITLE TEMPLATE IFRAME OBJECT SVG META LINK".split(
  " "
);
const BLOCKS = "P,UL,OL,LI,BLOCKQUOTE,PRE,DIV,TABLE,H1,H2,H3,H4,H5,H6";
const LINK = /^(https?:\/\/|mailto:|tel:)\S+$/i;
const PICTURE = /^\/web\/image\/\d+\?access_token=[\w-]+$/;

/**
 * Copies a parsed text, with the few tags a message may hold.
 */
class Cleaner {
  copyContent(from, to) {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        to.append(node.data);
      } else if (node.nodeType === Node.ELEMENT_NODE) {
        this.copyElement(node, to);
      }
    }
  }

  copyElement(node, to) {
    const tag = RENAMED[node.tagName.toUpperCase()] || node.tagName.toUpperCase();
    if (DROPPED.includes(tag)) {
      return;
    }
    const copy = this.makeCopy(tag, node);
    this.copyContent(node, copy || to);
    if (copy) {
      to.append(...(this.isIdle(copy) ? [] : [copy]));
    } else if (tag === "TR" || tag === "TD" || tag === "TH") {
      to.append(tag === "TR" ? document.createElement("br") : " ");
    }
  }

  /**
   * Editing leaves tags behind that hold nothing.
   */
  isIdle(element) {
    return (
      !element.textContent &&
      !element.matches("img,br") &&
      !element.querySelector("img,br")
    );
  }

  makeCopy(tag, node) {
    if (tag === "IMG") {
      return this.copyPicture(node);
    }
    if (tag === "A" && LINK.test((node.getAttribute("href") || "").trim())) {
      const link = document.createElement("a");
      link.href = node.getAttribute("href").trim();
      return link;
    }
    if (/^H[1-6]$/.test(tag)) {
      return document.createElement("p");
    }
    if (SAME.includes(tag) && !(tag === "P" && node.querySelector(BLOCKS))) {
      return document.createElement(tag);
    }
    return null;
  }

  copyPicture(node) {
    const source = node.getAttribute("src") || "";
    if (!PICTURE.test(source)) {
      return null;
    }
    const picture = document.createElement("img");
    picture.setAttribute("src", source);
    picture.alt = node.alt;
    return picture;
  }
}

/**
 * Reduce HTML to what the server takes; see tools/rich_text.py, which decides.
 *
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function cleanHtml(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  new Cleaner().copyContent(page.body, fragment);
  return fragment;
}

export function toHtml(fragment) {
  const holder = document.createElement("div");
  holder.append(fragment);
  return holder.innerHTML;
}

/**
 * @param {string} text
 * @returns {DocumentFragment} a paragraph for each line
 */
export function textToFragment(text) {
  const fragment = document.createDocumentFragment();
  for (const line of text.split("\n")) {
    const paragraph = document.createElement("p");
    paragraph.append(line || document.createElement("br"));
    fragment.append(paragraph);
  }
  return fragment;
}
