/**
 * What Word puts on the clipboard, as plain HTML: headings, lists, tables and pictures
 * stay, its styles go. Pictures stand in the RTF beside the HTML, which names files of
 * the author's computer.
 */

const WORD =
  /class=["']?Mso|<o:p|mso-|urn:schemas-microsoft-com:office|ProgId content=Word/i;
const PICTURE =
  /\{\\pict(?:[^{}]|\{[^{}]*\})*?\\(pngblip|jpegblip)(?:[^{}]|\{[^{}]*\})*?[\s}]((?:[\da-fA-F]{2}\s*){20,})\}/g;
const KEPT_ATTRIBUTES = new Set(["href", "src", "alt", "colspan", "rowspan"]);
const UNWRAPPED = "span, font, div, section, center";
const NUMBERED = /^\s*(?:\d+|[a-z]|[ivxlc]+)[.)]/i;

/**
 * Tell whether HTML of the clipboard was written by Word.
 */
export function isFromWord(html) {
  return WORD.test(html || "");
}

/**
 * Return the pictures of an RTF text, in order, as data addresses.
 */
export function readPictures(rtf) {
  const pictures = [];
  for (const [, kind, hex] of (rtf || "").matchAll(PICTURE)) {
    const bytes = hex.replace(/\s+/g, "").match(/../g);
    const binary = bytes.map((byte) => String.fromCharCode(parseInt(byte, 16)));
    const type = kind === "pngblip" ? "image/png" : "image/jpeg";
    pictures.push(`data:${type};base64,${btoa(binary.join(""))}`);
  }
  return pictures;
}

function removeComments(body) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) {
    comments.push(walker.currentNode);
  }
  for (const comment of comments) {
    comment.remove();
  }
}

function placePictures(body, pictures) {
  const images = [...body.querySelectorAll("img")].filter((image) =>
    /^(?:file:|cid:|[a-z]:\\|$)/i.test(image.getAttribute("src") || "")
  );
  images.forEach((image, index) => {
    if (pictures[index]) {
      image.setAttribute("src", pictures[index]);
    } else {
      image.remove();
    }
  });
}

/**
 * Word's lists are paragraphs with a number or a bullet in front.
 */
function makeLists(body) {
  let stack = [];
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const style = paragraph.getAttribute("style") || "";
    const level = Number((/mso-list:[^;]*?level(\d+)/i.exec(style) || [])[1] || 0);
    if (!level) {
      stack = [];
      continue;
    }
    const last = stack[stack.length - 1];
    if (last && paragraph.previousElementSibling !== stack[0].list) {
      stack = [];
    }
    const mark = [...paragraph.querySelectorAll("span")].find((span) =>
      /mso-list:\s*Ignore/i.test(span.getAttribute("style") || "")
    );
    const tag = mark && NUMBERED.test(mark.textContent) ? "ol" : "ul";
    mark?.remove();
    while (stack.length && stack[stack.length - 1].level > level) {
      stack.pop();
    }
    if (!stack.length || stack[stack.length - 1].level < level) {
      const list = document.createElement(tag);
      if (stack.length) {
        stack[stack.length - 1].list.lastElementChild.append(list);
      } else {
        paragraph.before(list);
      }
      stack.push({level, list});
    }
    const item = document.createElement("li");
    item.append(...paragraph.childNodes);
    stack[stack.length - 1].list.append(item);
    paragraph.remove();
  }
}

function cleanNode(node) {
  const tag = node.tagName.toLowerCase();
  const isTitle = /\bMsoTitle\b/.test(node.className);
  for (const {name} of [...node.attributes]) {
    if (!KEPT_ATTRIBUTES.has(name)) {
      node.removeAttribute(name);
    }
  }
  const isAnchor = tag === "a" && !/^(?:https?|mailto|tel):/i.test(node.href);
  if (isAnchor || tag.includes(":") || node.matches(UNWRAPPED)) {
    node.replaceWith(...node.childNodes);
  } else if (isTitle && tag === "p") {
    const heading = document.createElement("h1");
    heading.append(...node.childNodes);
    node.replaceWith(heading);
  }
}

/**
 * Return the HTML of the clipboard without what only Word understands.
 */
export function cleanWord(html, rtf) {
  // parts that are shown to others than Word, and what is for Word alone
  const plain = html.replace(/<!\[(?:if[^\]]*|endif)\]>/gi, "");
  const {body} = new DOMParser().parseFromString(plain, "text/html");
  removeComments(body);
  for (const node of body.querySelectorAll("style, script, meta, link, title, xml")) {
    node.remove();
  }
  placePictures(body, readPictures(rtf));
  makeLists(body);
  for (const node of [...body.querySelectorAll("*")]) {
    cleanNode(node);
  }
  for (const node of [...body.querySelectorAll("p, li, h1, h2, h3, h4")]) {
    if (!node.textContent.trim() && !node.querySelector("img, br, table")) {
      node.remove();
    }
  }
  return body.innerHTML.trim();
}
