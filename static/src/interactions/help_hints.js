import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** Milliseconds of rest after which what was typed is looked for. */
const TYPING = 500;
const MIN_TYPED = 4;
const FOLDED = "helpdesk_hints_folded";

/**
 * Before the ticket: what is known, or may answer it, under the subject. A line opens in
 * a sheet, so that nothing typed is left; "this solved it" is counted, "this affects us,
 * too" follows the incident.
 */
export class HelpHints extends Interaction {
  static selector = ".o_hsp_form";
  static selectorHas = "[name='hints']";
  dynamicContent = {
    "#field_subject": {"t-on-input": this.debounced(this.look, TYPING)},
    "[name='hints']": {
      "t-on-click": this.onClick,
      "t-on-toggle.capture": this.onToggle,
    },
  };

  setup() {
    this.asked = "";
    this.subject = this.el.querySelector("#field_subject");
    this.slot = this.el.querySelector("[name='hints']");
  }

  start() {
    this.look();
  }

  async fetchText(address) {
    const response = await this.waitFor(fetch(address));
    return response.ok ? this.waitFor(response.text()) : "";
  }

  async look() {
    const words = this.subject?.value.trim() || "";
    if (words === this.asked) {
      return;
    }
    this.asked = words;
    let html = "";
    if (words.length >= MIN_TYPED) {
      const query = new URLSearchParams({subject: words});
      try {
        html = await this.fetchText(`/support/hints?${query}`);
      } catch {
        return; // the form works without hints
      }
    }
    if (words === this.asked) {
      this.show(html);
    }
  }

  show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const hint = page.querySelector(".o_hsp_hint");
    if (hint && sessionStorage.getItem(FOLDED)) {
      hint.open = false;
    }
    this.slot.replaceChildren(...(hint ? [hint] : []));
  }

  onToggle(ev) {
    if (ev.target.open) {
      sessionStorage.removeItem(FOLDED);
    } else {
      sessionStorage.setItem(FOLDED, "1");
    }
  }

  /**
   * @param {MouseEvent} ev
   */
  async onClick(ev) {
    const line = ev.target.closest("[data-hint]");
    if (!line || ev.ctrlKey || ev.metaKey || ev.shiftKey) {
      return;
    }
    ev.preventDefault();
    let html = "";
    try {
      html = await this.fetchText(`/support/hints/${line.dataset.hint}`);
    } catch {
      html = "";
    }
    if (html) {
      this.openSheet(html, line);
    } else {
      window.open(line.href, "_blank");
    }
  }

  openSheet(html, line) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const sheet = document.createElement("dialog");
    sheet.className = "o_hsp o_hsp_sheet";
    sheet.setAttribute("aria-labelledby", "sheet_title");
    sheet.append(...page.body.childNodes);
    this.addListener(sheet, "click", (ev) => {
      const button = ev.target.closest("button");
      if (ev.target === sheet || button?.name === "close") {
        sheet.close();
      } else if (button?.name === "done") {
        this.finish(sheet, button.parentElement.dataset.address);
      }
    });
    this.addListener(sheet, "close", () => {
      sheet.remove();
      line.focus();
    });
    this.insert(sheet, document.body);
    sheet.showModal();
    sheet.scrollTop = 0;
  }

  /** No ticket is needed: an article solved it, or an incident is followed. */
  async finish(sheet, address) {
    const body = new FormData();
    body.append("csrf_token", odoo.csrf_token);
    body.append("subject", this.subject.value);
    await this.waitFor(fetch(address, {method: "POST", body}));
    for (const part of sheet.querySelectorAll(
      ".o_hsp_sheet_article, .o_hsp_sheet_actions"
    )) {
      part.remove();
    }
    const done = sheet.querySelector(".o_hsp_sheet_done");
    done.hidden = false;
    done.querySelector("a").focus();
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.help_hints", HelpHints);
