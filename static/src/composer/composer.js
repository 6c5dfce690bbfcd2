import {Choice} from "./choice";
import {Draft} from "./draft";
import {Editor} from "./editor";
import {Fields} from "./fields";
import {Uploads} from "./uploads";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const SLOW_AFTER = 10_000;
/** a longer list is searched by typing */
const SHORT_LIST = 8;

/**
 * A form that is written: its text, its files, its draft, and sending it.
 */
export class Composer {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector(".o_hsp_form_state");
    this.button = form.querySelector(".o_hsp_submit");
    this.label = this.button.textContent;
    this.cleanups = [];
    this.editors = [];
    const changed = () => this.onFilesChange();
    const main = form.querySelector(".o_hsp_files:not([data-slot])");
    this.uploads = new Uploads(form, changed, main);
    this.slots = [this.uploads];
    for (const slot of form.querySelectorAll(".o_hsp_files[data-slot]")) {
      this.slots.push(new Uploads(form, changed, slot));
    }
    this.startEditors();
    this.listen(form, "paste", (ev) => this.onPaste(ev));
    const lists = form.querySelectorAll("select[name=category], select[name=location]");
    this.choices = [...lists]
      .filter(({name, length}) => name === "category" || length > SHORT_LIST)
      .map((select) => new Choice(select));
    this.fields = new Fields(form);
    this.cleanups.push(() => this.fields.stop());
    this.startWriter();
    this.draft = new Draft(form, this);
    this.startErrors();
    this.followKeyboard();
    this.listen(form, "submit", (ev) => this.onSubmit(ev));
    this.listen(form, "dragover", (ev) => ev.preventDefault());
    this.listen(form, "drop", (ev) => this.onDrop(ev));
    // Coming back by the Back button finds the form as it was left: usable.
    this.listen(window, "pageshow", () => this.setSending(false));
  }

  listen(target, name, action) {
    target.addEventListener(name, action);
    this.cleanups.push(() => target.removeEventListener(name, action));
  }

  stop() {
    for (const part of [...this.editors, this.draft, ...this.slots]) {
      part.stop();
    }
    for (const cleanup of this.cleanups) {
      cleanup();
    }
  }

  // Text

  /**
   * With a finger, the keyboard's own means are better than a menu: a plain field.
   */
  startEditors() {
    const isMouse = window.matchMedia("(pointer: fine)").matches;
    for (const field of this.form.querySelectorAll(".o_hsp_rich")) {
      const isRich = field.querySelector("input[name$=_format]").value === "html";
      if (isMouse || isRich) {
        this.editors.push(new Editor(field, this));
      }
    }
  }

  onPaste(ev) {
    if (!ev.defaultPrevented && ev.clipboardData.files.length) {
      ev.preventDefault();
      this.uploads.addFiles([...ev.clipboardData.files]);
    }
  }

  onDrop(ev) {
    if (ev.dataTransfer.files.length) {
      ev.preventDefault();
      this.uploads.addFiles([...ev.dataTransfer.files]);
    }
  }

  sync() {
    for (const editor of this.editors) {
      editor.sync();
    }
  }

  /**
   * Put the text of a draft into the form.
   *
   * @param {object} fields text by name
   */
  fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      if (this.form.elements[name]) {
        this.form.elements[name].value = value;
      }
    }
    for (const editor of this.editors) {
      const {name} = editor.textarea;
      editor.setContent(fields[name] || "", fields[`${name}_format`] === "html");
    }
    if (!this.editors.length) {
      this.startEditors();
    }
    for (const choice of this.choices) {
      choice.show();
    }
    this.fields.refresh();
    this.fields.fold();
  }

  /**
   * Who shares an account writes their name once per device.
   */
  startWriter() {
    const writer = this.form.elements.writer_name;
    if (!writer) {
      return;
    }
    const name = `helpdesk_writer:${this.form.elements.owner.value}`;
    writer.value = writer.value || localStorage.getItem(name) || "";
    this.listen(writer, "change", () =>
      localStorage.setItem(name, writer.value.trim())
    );
  }

  startErrors() {
    const errors = document.querySelector(".o_hsp_errors");
    if (!errors) {
      return;
    }
    errors.focus();
    this.listen(errors, "click", (ev) => {
      const target = document.querySelector(ev.target.closest("a")?.hash || null);
      if (target) {
        ev.preventDefault();
        const control = target.matches("fieldset")
          ? target.querySelector("input")
          : target;
        control.focus();
      }
    });
  }

  /**
   * Keep "Send" above the keyboard of a phone, which covers the page's lower end.
   */
  followKeyboard() {
    const view = window.visualViewport;
    const follow = () => {
      const covered = Math.max(0, window.innerHeight - view.height - view.offsetTop);
      this.form.style.setProperty("--hsp-keyboard", `${Math.round(covered)}px`);
    };
    this.listen(view, "resize", follow);
    this.listen(view, "scroll", follow);
  }

  onFilesChange() {
    const hasFiles = this.slots?.some(({el}) => el.children.length > 0);
    this.form.classList.toggle("o_hsp_has_files", hasFiles);
  }

  // Sending

  /**
   * @param {string} text
   * @param {string} tone warning where something needs attention
   */
  say(text, tone = "") {
    this.state.textContent = text;
    this.state.dataset.tone = tone;
  }

  /**
   * Show the way back to this page, whose text the device keeps.
   */
  offerSignIn() {
    const link = document.createElement("a");
    const here = window.location.pathname + window.location.search;
    link.href = `/web/login?redirect=${encodeURIComponent(here)}`;
    link.textContent = _t("Sign in");
    this.state.append(" ", link);
  }

  showRestored() {
    const notice = document.querySelector(".o_hsp_restored");
    if (notice) {
      notice.hidden = false;
      notice.elements.submission_key.value = this.form.elements.submission_key.value;
      this.listen(notice, "submit", () => this.draft.forgetCopy());
    }
  }

  setSending(isSending) {
    this.isSending = isSending;
    this.button.classList.toggle("disabled", isSending);
    this.button.setAttribute("aria-disabled", isSending);
    this.button.textContent = isSending ? this.button.dataset.sending : this.label;
  }

  /**
   * @param {SubmitEvent} ev
   */
  async onSubmit(ev) {
    if (ev.submitter?.name === "remove") {
      return;
    }
    ev.preventDefault();
    if (this.isSending) {
      return;
    }
    this.setSending(true);
    if (await this.isReady()) {
      this.draft.stop();
      this.say("");
      setTimeout(
        () => this.say(_t("This takes longer than usual. Your text is kept.")),
        SLOW_AFTER
      );
      this.form.submit();
    } else {
      this.setSending(false);
    }
  }

  /**
   * Wait for the files, then ask the server whether it is there: a form that is sent
   * into the void is lost, one that is kept can be sent later.
   */
  async isReady() {
    const ends = await Promise.all(this.slots.map((slot) => slot.finish()));
    const stuck = ends.find(Boolean);
    if (stuck) {
      this.say(_t("A file was not sent: try it again or remove it."), "warning");
      stuck.stopButton.focus();
      stuck.el.scrollIntoView({block: "center"});
      return false;
    }
    return this.draft.isConnected();
  }
}

registry.category("helpdesk_service_portal.composer").add("start", (form) => {
  const composer = new Composer(form);
  return () => composer.stop();
});
