import {OFFLINE, getIdentity, post, upload} from "./server";
import {_t} from "@web/core/l10n/translation";

const PICTURES = ["jpg", "jpeg", "png", "gif", "webp", "heic", "heif"];
const SLOW_AFTER = 15_000;
const SLOW = () => _t("Slow connection: it is still being sent.");
// Letters nobody sees, among them those that turn the reading direction
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;

function create(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function getExtension(name) {
  return name.includes(".") ? name.split(".").pop().toLowerCase() : "";
}

export function isPicture(file) {
  return PICTURES.includes(getExtension(file.name)) || file.type.startsWith("image/");
}

/**
 * One chosen file: a row with its name, how far it is, what is wrong and what can be
 * done about it.
 */
class Upload {
  constructor(list, file) {
    this.list = list;
    this.file = file;
    this.state = "waiting";
    // told of each state, "removed" included; see Editor.insertPicture
    this.onState = null;
    this.promise = new Promise((resolve) => (this.settle = resolve));
    this.draw();
  }

  draw() {
    this.el = create("li", "o_hsp_upload");
    const icon = this.list.isConfidential ? "fa-lock" : "fa-file-o";
    this.el.append(create("i", `fa ${icon} o_hsp_thumb`));
    this.el.firstChild.setAttribute("aria-hidden", "true");
    const text = create("span", "o_hsp_upload_text");
    this.name = create("bdi", "o_hsp_upload_name", this.list.getName(this.file));
    this.size = create("span", "o_hsp_upload_size", this.list.getSize(this.file.size));
    this.bar = create("progress", "o_hsp_upload_bar");
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", this.name.textContent);
    this.status = create("span", "o_hsp_upload_status");
    this.status.setAttribute("role", "status");
    text.append(this.name, " ", this.size, this.bar, this.status);
    this.retryButton = this.addButton(_t("Retry"), () => this.retry());
    this.stopButton = this.addButton("", () => this.stop());
    this.el.append(text, this.retryButton, this.stopButton);
    this.show();
  }

  addButton(label, action) {
    const button = create("button", "btn btn-link", label);
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  /**
   * @param {string} state waiting, running, done, failed (may be tried again) or
   * refused
   * @param {string} message
   */
  setState(state, message = "") {
    this.state = state;
    this.message = message;
    this.show();
    this.onState?.(state);
    this.list.onChange();
  }

  show() {
    const {state} = this;
    const isOpen = ["waiting", "running"].includes(state);
    this.el.classList.toggle(
      "o_hsp_upload_wrong",
      ["failed", "refused"].includes(state)
    );
    this.bar.hidden = !isOpen;
    this.status.textContent = this.message || "";
    this.retryButton.hidden = state !== "failed";
    const label = isOpen ? _t("Cancel") : _t("Remove");
    this.stopButton.textContent = label;
    for (const button of [this.retryButton, this.stopButton]) {
      button.setAttribute(
        "aria-label",
        `${button.textContent}: ${this.name.textContent}`
      );
    }
  }

  async run() {
    const data = getIdentity(this.list.form);
    data.set("file", this.file, this.file.name);
    if (this.list.isConfidential) {
      data.set("is_confidential", "1");
    }
    this.setState("running");
    const request = upload(data, (percent) => {
      this.bar.value = percent;
    });
    this.cancel = request.cancel;
    const slow = setTimeout(() => this.setState("running", SLOW()), SLOW_AFTER);
    try {
      this.finish(await request.promise);
    } catch (error) {
      if (this.state === "removed") {
        return;
      }
      const again = error.status === OFFLINE || error.status >= 500;
      this.setState(again ? "failed" : "refused", error.message);
      this.settle(null);
    } finally {
      clearTimeout(slow);
    }
  }

  finish(result) {
    this.result = result;
    this.name.textContent = result.name;
    this.size.textContent = result.size;
    if (result.picture) {
      const picture = create("img", "o_hsp_thumb");
      picture.src = result.picture;
      picture.alt = "";
      this.el.firstChild.replaceWith(picture);
    }
    const input = create("input", "");
    input.type = "hidden";
    input.name = "pending";
    input.value = result.token;
    this.el.prepend(input);
    this.setState("done");
    this.settle(result);
  }

  retry() {
    this.promise = new Promise((resolve) => (this.settle = resolve));
    this.setState("waiting");
    this.list.runNext();
  }

  stop() {
    if (this.cancel && this.state === "running") {
      this.cancel();
    }
    this.list.remove(this);
  }
}

/**
 * The files of a form: uploaded when they are chosen, one after the other.
 */
export class Uploads {
  /**
   * @param {HTMLFormElement} form
   * @param {Function} onChange
   * @param {HTMLElement} slot its part for these files
   */
  constructor(form, onChange, slot) {
    this.form = form;
    this.notify = onChange;
    this.isConfidential = slot.dataset.slot === "confidential";
    this.uploads = [];
    this.el = slot.querySelector(".o_hsp_uploads");
    this.input = slot.querySelector("input[type=file]");
    this.add = slot.querySelector(".o_hsp_add");
    this.input.hidden = true;
    this.add.hidden = false;
    this.start();
  }

  start() {
    this.summary = create("p", "o_hsp_upload_summary");
    this.summary.setAttribute("role", "alert");
    this.el.after(this.summary);
    this.addFile = this.add.querySelector(".o_hsp_add_file");
    const takePhoto = this.add.querySelector(".o_hsp_take_photo");
    if (takePhoto) {
      takePhoto.hidden = !window.matchMedia("(pointer: coarse)").matches;
      takePhoto.addEventListener("click", () => this.openCamera());
    }
    // links of the error summary and the label lead to what can be used
    this.addFile.id = this.input.id;
    this.addFile.setAttribute(
      "aria-describedby",
      this.input.getAttribute("aria-describedby")
    );
    this.input.removeAttribute("id");
    this.input.setAttribute("aria-label", this.addFile.textContent.trim());
    this.addFile.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => {
      this.addFiles([...this.input.files]);
      this.input.value = "";
    });
    for (const button of this.el.querySelectorAll("button[name=remove]")) {
      button.addEventListener("click", (ev) => this.removeStored(ev));
    }
    this.onOnline = () => this.retryAll();
    window.addEventListener("online", this.onOnline);
  }

  stop() {
    window.removeEventListener("online", this.onOnline);
  }

  openCamera() {
    const camera = create("input", "");
    camera.type = "file";
    camera.accept = "image/*";
    camera.setAttribute("capture", "environment");
    camera.addEventListener("change", () => this.addFiles([...camera.files]));
    camera.click();
  }

  /**
   * @param {File[]} files
   * @returns {object[]} the uploads of those there was room for
   */
  addFiles(files) {
    const max = Number(this.form.dataset.maxFiles);
    const room = Math.max(0, max - this.el.querySelectorAll("li").length);
    const left = files.length - room;
    this.summary.textContent =
      left > 0
        ? _t(
            "%(count)s files were left out: at most %(max)s can be sent at once. Put several into a ZIP file.",
            {count: left, max}
          )
        : "";
    const added = files.slice(0, room).map((file) => this.addFileRow(file));
    this.runNext();
    this.onChange();
    return added;
  }

  addFileRow(file) {
    const item = new Upload(this, file);
    this.uploads.push(item);
    this.el.append(item.el);
    const problem = this.getProblem(file);
    if (problem) {
      item.setState("refused", problem);
      item.settle(null);
    }
    return item;
  }

  /**
   * Say at once what the server would refuse after the whole way there.
   */
  getProblem(file) {
    const maxBytes = Number(this.form.dataset.maxBytes);
    if (!this.form.dataset.accept.split(",").includes(`.${getExtension(file.name)}`)) {
      return _t("This cannot be attached. Formats: %(formats)s.", {
        formats: this.form.dataset.formats,
      });
    }
    if (!file.size) {
      return _t("The file is empty.");
    }
    if (file.size > maxBytes) {
      return _t("The file has %(size)s; the maximum is %(max)s.", {
        size: this.getSize(file.size),
        max: this.getSize(maxBytes),
      });
    }
    return "";
  }

  async runNext() {
    if (this.isRunning) {
      return;
    }
    this.isRunning = true;
    for (let next = this.getWaiting(); next; next = this.getWaiting()) {
      await next.run();
    }
    this.isRunning = false;
  }

  getWaiting() {
    return this.uploads.find((item) => item.state === "waiting");
  }

  retryAll() {
    for (const item of this.uploads.filter(({state}) => state === "failed")) {
      item.retry();
    }
  }

  /**
   * Wait for what is on its way.
   *
   * @returns {object} the first upload that did not arrive, if any
   */
  async finish() {
    await Promise.all(this.uploads.map((item) => item.promise));
    return this.uploads.find(({state}) => ["failed", "refused"].includes(state));
  }

  remove(item) {
    if (item.result) {
      this.removeFromServer(item.result.token);
    }
    this.forget(item);
    item.setState("removed");
    item.settle(null);
    this.addFile.focus();
  }

  /**
   * Drop a row; the file of a picture that stands in the text stays.
   */
  forget(item) {
    this.uploads = this.uploads.filter((other) => other !== item);
    item.el.remove();
    this.summary.textContent = "";
    this.onChange();
  }

  removeStored(ev) {
    ev.preventDefault();
    const button = ev.currentTarget;
    this.removeFromServer(button.value);
    button.closest("li").remove();
    this.addFile.focus();
    this.onChange();
  }

  /**
   * What cannot be reached now dies by itself after a day.
   */
  removeFromServer(token) {
    const data = getIdentity(this.form);
    data.set("token", token);
    post("file/remove", data).catch(() => null);
  }

  onChange() {
    this.notify();
  }

  getName(file) {
    return file.name.replace(INVISIBLE, "");
  }

  getSize(bytes) {
    const lang = document.documentElement.lang || undefined;
    const megabytes = bytes / 1024 / 1024;
    return megabytes >= 1
      ? `${megabytes.toLocaleString(lang, {maximumFractionDigits: 1})} MB`
      : `${Math.ceil(bytes / 1024)} kB`;
  }
}
