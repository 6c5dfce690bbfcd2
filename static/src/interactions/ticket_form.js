import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * The forms of a new ticket and of an answer: say what is being sent, and check files
 * before they travel. Everything works without it, too: the server decides.
 */
export class TicketForm extends Interaction {
  static selector = ".o_hsp_form";
  dynamicContent = {
    _root: {"t-on-submit": this.onSubmit},
    "input[type=file]": {"t-on-change": this.onFilesChange},
    "input[name=type]": {"t-on-change": this.onTypeChange},
    "input[name=priority]": {"t-on-change": this.onPriorityChange},
  };

  setup() {
    this.isSending = false;
    this.isPriorityChosen = false;
  }

  start() {
    const errors = document.querySelector(".o_hsp_errors");
    if (errors) {
      errors.focus();
    }
    // Coming back by the Back button finds the form as it was left: usable.
    this.addListener(window, "pageshow", () => this.setSending(false));
  }

  /**
   * @param {SubmitEvent} ev
   */
  onSubmit(ev) {
    if (this.isSending) {
      ev.preventDefault();
      return;
    }
    if (!ev.submitter || ev.submitter.name !== "remove") {
      this.setSending(true);
    }
  }

  setSending(isSending) {
    this.isSending = isSending;
    const button = this.el.querySelector(".o_hsp_submit");
    this.label = this.label || button.textContent;
    button.classList.toggle("disabled", isSending);
    button.setAttribute("aria-disabled", isSending);
    button.textContent = isSending ? button.dataset.sending : this.label;
  }

  /**
   * List the chosen files with their size; say at once which one will be refused.
   *
   * @param {Event} ev
   */
  onFilesChange(ev) {
    const list = this.el.querySelector(".o_hsp_chosen");
    list.replaceChildren(
      ...Array.from(ev.currentTarget.files, (file) => {
        const item = document.createElement("li");
        const problem = this.getProblem(file);
        item.textContent = `${file.name} · ${this.getSize(file)} ${problem}`;
        item.classList.toggle("text-danger", Boolean(problem));
        return item;
      })
    );
  }

  getProblem(file) {
    const extension = `.${file.name.split(".").pop().toLowerCase()}`;
    if (!this.el.dataset.accept.split(",").includes(extension)) {
      return _t("– this format cannot be attached");
    }
    if (file.size > Number(this.el.dataset.maxBytes)) {
      return _t("– too big, the maximum is 20 MB");
    }
    return "";
  }

  getSize(file) {
    const lang = document.documentElement.lang || undefined;
    const megabytes = file.size / 1024 / 1024;
    return megabytes >= 1
      ? `${megabytes.toLocaleString(lang, {maximumFractionDigits: 1})} MB`
      : `${Math.max(1, Math.round(file.size / 1024))} kB`;
  }

  /**
   * Show the sentence of the chosen type; its priority, unless one was chosen.
   *
   * @param {Event} ev
   */
  onTypeChange(ev) {
    const input = ev.currentTarget;
    for (const intro of document.querySelectorAll(".o_hsp_intro")) {
      intro.hidden = intro.dataset.type !== input.value;
    }
    const {priority} = input.dataset;
    const row = this.el.querySelector(`input[name=priority][value="${priority}"]`);
    if (row && !this.isPriorityChosen) {
      row.checked = true;
    }
  }

  onPriorityChange() {
    this.isPriorityChosen = true;
  }
}

/**
 * "Reply" goes to the composer and puts the cursor into it.
 */
export class TicketReply extends Interaction {
  static selector = ".o_hsp_to_reply";
  dynamicContent = {
    _root: {"t-on-click": this.onClick},
  };

  onClick() {
    const message = document.querySelector("#field_message");
    if (message) {
      message.focus({preventScroll: true});
    }
  }
}

const interactions = registry.category("public.interactions");
interactions.add("helpdesk_service_portal.ticket_form", TicketForm);
interactions.add("helpdesk_service_portal.ticket_reply", TicketReply);
