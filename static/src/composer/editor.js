import {cleanHtml, textToFragment, toHtml} from "./clean";
import {isPicture} from "./uploads";

const STATES = {bold: "bold", list: "insertUnorderedList"};

/**
 * The editor in place of a text field: bold, list, link, picture. What it holds goes
 * back into the field, as HTML, before the form is read.
 */
export class Editor {
  constructor(field, composer) {
    this.field = field;
    this.composer = composer;
    this.textarea = field.querySelector("textarea");
    this.format = field.querySelector("input[name$=_format]");
    this.tools = [...field.querySelectorAll(".o_hsp_tool")];
    this.bars = {};
    for (const bar of field.querySelectorAll(".o_hsp_bar")) {
      this.bars[bar.dataset.bar] = bar;
      this.startBar(bar);
    }
    this.makeEditable();
    this.startToolbar();
    this.setContent(this.textarea.value, this.format.value === "html");
  }

  stop() {
    document.removeEventListener("selectionchange", this.onSelection);
  }

  makeEditable() {
    const {textarea} = this;
    this.el = document.createElement("div");
    this.el.className = `${textarea.className} o_hsp_editable o_hsp_body`;
    this.el.id = textarea.id;
    this.el.style.setProperty("--hsp-rows", textarea.rows);
    this.el.dataset.placeholder = textarea.placeholder;
    const attributes = {
      contenteditable: "true",
      role: "textbox",
      "aria-multiline": "true",
      "aria-labelledby": textarea.id.replace("field_", "label_"),
      "aria-placeholder": textarea.placeholder,
    };
    for (const name of ["aria-required", "aria-invalid", "aria-describedby"]) {
      attributes[name] = textarea.getAttribute(name);
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (value) {
        this.el.setAttribute(name, value);
      }
    }
    textarea.removeAttribute("id");
    textarea.hidden = true;
    textarea.after(this.el);
    this.field.classList.add("o_hsp_rich_on");
    const label = document.getElementById(attributes["aria-labelledby"]);
    label.addEventListener("click", () => this.el.focus());
    document.execCommand("defaultParagraphSeparator", false, "p");
    this.el.addEventListener("paste", (ev) => this.onPaste(ev));
    this.el.addEventListener("drop", (ev) => this.onDrop(ev));
    this.el.addEventListener("keydown", (ev) => this.onKeydown(ev));
    this.el.addEventListener("input", () => this.sync());
    this.onSelection = () => this.showStates();
    document.addEventListener("selectionchange", this.onSelection);
  }

  // Content

  setContent(text, isHtml) {
    this.el.replaceChildren(isHtml ? cleanHtml(text) : textToFragment(text));
    this.sync();
  }

  /**
   * Write what the editor holds into the field that is sent.
   */
  sync() {
    const html = toHtml(cleanHtml(this.el.innerHTML));
    const isEmpty = !this.el.textContent.trim() && !html.includes("<img");
    this.el.classList.toggle("o_hsp_editable_empty", isEmpty);
    this.textarea.value = isEmpty ? "" : html;
    this.format.value = "html";
  }

  insert(fragment) {
    this.el.focus();
    document.execCommand("insertHTML", false, toHtml(fragment));
    this.changed();
  }

  changed() {
    this.el.dispatchEvent(new Event("input", {bubbles: true}));
  }

  onPaste(ev) {
    const {files, types} = ev.clipboardData;
    ev.preventDefault();
    // spreadsheets and documents bring a picture of their text along
    if (files.length && !types.includes("text/plain")) {
      this.insertFiles([...files]);
    } else if (types.includes("text/html")) {
      this.insert(cleanHtml(ev.clipboardData.getData("text/html")));
    } else {
      document.execCommand("insertText", false, ev.clipboardData.getData("text/plain"));
    }
  }

  onDrop(ev) {
    if (!ev.dataTransfer.files.length) {
      return;
    }
    ev.preventDefault();
    ev.stopPropagation();
    const range = document.caretRangeFromPoint?.(ev.clientX, ev.clientY);
    if (range) {
      this.select(range);
    }
    this.insertFiles([...ev.dataTransfer.files]);
  }

  /**
   * Pictures go into the text, other files below it.
   */
  insertFiles(files) {
    this.composer.uploads.addFiles(files.filter((file) => !isPicture(file)));
    for (const picture of files.filter(isPicture)) {
      this.insertPicture(picture);
    }
  }

  /**
   * Show the picture where it will stand; it counts when it has arrived.
   *
   * @param {File} file
   * @param {string} description
   */
  insertPicture(file, description = "") {
    const [item] = this.composer.uploads.addFiles([file]);
    if (!item || item.state === "refused") {
      return;
    }
    const id = `picture_${Math.random().toString(36).slice(2)}`;
    const preview = document.createElement("img");
    preview.id = id;
    preview.src = URL.createObjectURL(file);
    preview.alt = description;
    preview.className = "o_hsp_arriving";
    this.insert(preview);
    item.onState = (state) => this.onPictureState(item, state, id);
  }

  onPictureState(item, state, id) {
    const picture = this.el.querySelector(`#${id}`);
    if (state === "done" && picture) {
      URL.revokeObjectURL(picture.src);
      picture.src = item.result.picture;
      picture.removeAttribute("id");
      picture.removeAttribute("class");
      this.composer.uploads.forget(item);
      this.changed();
    } else if (picture && (state === "refused" || state === "removed")) {
      picture.remove();
      this.changed();
    }
  }

  // Menu

  startToolbar() {
    const toolbar = this.field.querySelector(".o_hsp_toolbar");
    toolbar.hidden = false;
    this.tools[0].tabIndex = 0;
    for (const tool of this.tools) {
      tool.title = tool.textContent.trim();
      // keep the selection in the text
      tool.addEventListener("mousedown", (ev) => ev.preventDefault());
      tool.addEventListener("click", () => this.use(tool.dataset.tool));
    }
    toolbar.addEventListener("keydown", (ev) => this.onToolbarKeydown(ev));
  }

  onToolbarKeydown(ev) {
    const step = {ArrowRight: 1, ArrowLeft: -1}[ev.key];
    if (!step) {
      return;
    }
    ev.preventDefault();
    const at = this.tools.indexOf(document.activeElement);
    const count = this.tools.length;
    const next = this.tools[(at + step + count) % count];
    for (const tool of this.tools) {
      tool.tabIndex = tool === next ? 0 : -1;
    }
    next.focus();
  }

  onKeydown(ev) {
    if (ev.key.toLowerCase() === "k" && (ev.ctrlKey || ev.metaKey)) {
      ev.preventDefault();
      this.use("link");
    }
  }

  use(tool) {
    this.range = this.getRange();
    if (tool === "picture") {
      this.choosePicture();
    } else if (tool === "link") {
      this.openBar("link");
    } else {
      this.el.focus();
      this.select(this.range);
      document.execCommand(STATES[tool]);
      this.changed();
      this.showStates();
    }
  }

  showStates() {
    if (!this.getSelected()) {
      return;
    }
    for (const tool of this.tools.filter(({dataset}) => STATES[dataset.tool])) {
      const isOn = document.queryCommandState(STATES[tool.dataset.tool]);
      tool.setAttribute("aria-pressed", isOn);
    }
  }

  getSelected() {
    const selection = document.getSelection();
    const range = selection.rangeCount && selection.getRangeAt(0);
    return range && this.el.contains(range.commonAncestorContainer) ? range : null;
  }

  /**
   * @returns {Range} what is selected in the text, else its end
   */
  getRange() {
    const selected = this.getSelected();
    if (selected) {
      return selected.cloneRange();
    }
    const range = document.createRange();
    range.selectNodeContents(this.el.lastElementChild || this.el);
    range.collapse(false);
    return range;
  }

  select(range) {
    const selection = document.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  // The lines below the menu: address of a link, description of a picture

  startBar(bar) {
    const [insert, cancel] = bar.querySelectorAll("button");
    insert.addEventListener("click", () => this.closeBar(bar, true));
    cancel.addEventListener("click", () => this.closeBar(bar, false));
    bar.addEventListener("keydown", (ev) => {
      if (ev.key === "Enter" && ev.target.matches("input")) {
        ev.preventDefault();
        this.closeBar(bar, true);
      } else if (ev.key === "Escape") {
        this.closeBar(bar, false);
      }
    });
    // what is typed here is no text of the ticket
    bar.addEventListener("input", (ev) => ev.stopPropagation());
    bar.addEventListener("change", (ev) => ev.stopPropagation());
  }

  openBar(name) {
    for (const bar of Object.values(this.bars)) {
      bar.hidden = bar.dataset.bar !== name;
    }
    const input = this.bars[name].querySelector("input");
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.focus();
  }

  closeBar(bar, isWanted) {
    const input = bar.querySelector("input");
    if (isWanted && bar.dataset.bar === "link" && !this.insertLink(input)) {
      return;
    }
    if (isWanted && bar.dataset.bar === "picture") {
      this.focusRange();
      this.insertPicture(this.picture, input.value.trim());
    }
    bar.hidden = true;
    if (!isWanted) {
      this.focusRange();
    }
  }

  focusRange() {
    this.el.focus();
    this.select(this.range);
  }

  choosePicture() {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*,.heic,.heif";
    input.addEventListener("change", () => {
      this.picture = input.files[0];
      this.openBar("picture");
      this.bars.picture.querySelector("img").src = URL.createObjectURL(this.picture);
    });
    input.click();
  }

  insertLink(input) {
    const typed = input.value.trim();
    const address = /^(https?:\/\/|mailto:|tel:)/i.test(typed)
      ? typed
      : `https://${typed}`;
    if (!typed || /\s/.test(typed) || !URL.canParse(address)) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
      return false;
    }
    this.focusRange();
    if (this.range.collapsed) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = typed;
      this.insert(link);
    } else {
      document.execCommand("createLink", false, address);
      this.changed();
    }
    return true;
  }
}
