import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";

/**
 * Details and people of a ticket are changed where they stand: the form is fetched
 * into its place, sent from there, and focus stays. Without scripts each form is a page.
 */
export class TicketEdit extends Interaction {
  static selector = ".o_hsp_ticket, .o_hsp_edit_page";

  start() {
    // parts of the page are made anew while it is open: listen from above
    this.addListener(this.el, "click", (ev) => this.onClick(ev));
    this.addListener(this.el, "submit", (ev) => this.onSubmit(ev));
    this.addListener(this.el, "keydown", (ev) => this.onKeydown(ev));
    this.isInPlace = this.el.matches(".o_hsp_ticket");
    const form = this.el.querySelector(".o_hsp_edit_form");
    if (form) {
      this.startForm(form);
    }
  }

  // -------------------------------------------------------------- opening

  /**
   * @param {MouseEvent} ev
   */
  onClick(ev) {
    const link = ev.target.closest(".o_hsp_edit, .o_hsp_edit_cancel");
    const isNewTab = ev.ctrlKey || ev.metaKey || ev.shiftKey || ev.button;
    if (!link || isNewTab || !this.isInPlace) {
      return;
    }
    ev.preventDefault();
    if (link.matches(".o_hsp_edit")) {
      this.open(link);
    } else {
      this.close(link.closest(".o_hsp_edit_form"));
    }
  }

  /**
   * @param {KeyboardEvent} ev
   */
  onKeydown(ev) {
    const form = ev.target.closest(".o_hsp_edit_form");
    const isBar = ev.target.closest(".o_hsp_bar");
    if (form && !isBar && ev.key === "Escape" && this.isInPlace) {
      ev.preventDefault();
      this.close(form);
    }
  }

  async open(link) {
    const box = link.closest("[data-edit-box]");
    if (box.querySelector(".o_hsp_edit_form") || box.ariaBusy === "true") {
      return;
    }
    box.ariaBusy = "true";
    try {
      const response = await fetch(`${link.href}?part=1`, {cache: "no-store"});
      if (response.status !== 200) {
        throw new Error(response.status);
      }
      const html = await response.text();
      if (!this.isDestroyed) {
        this.show(box, html);
      }
    } catch {
      // signed out, or no line: the page of its own says so
      window.location = link.href;
    } finally {
      box.ariaBusy = "false";
    }
  }

  show(box, html) {
    const holder = document.createElement("div");
    holder.innerHTML = html;
    const form = holder.querySelector(".o_hsp_edit_form");
    const present = box.querySelector(".o_hsp_edit_form");
    if (present) {
      present.replaceWith(form);
    } else {
      // in a list of details, a form stands in the description
      (box.querySelector(":scope > dd") || box).append(form);
    }
    box.classList.add("o_hsp_editing");
    this.startForm(form);
    this.focusForm(form);
  }

  async startForm(form) {
    const rich = form.querySelector(".o_hsp_rich");
    if (rich) {
      await this.waitFor(loadBundle("helpdesk_service_portal.assets_composer"));
      registry.category("helpdesk_service_portal.composer").get("edit")(rich);
      this.focusForm(form);
    }
  }

  focusForm(form) {
    const wrong = ".is-invalid, [aria-invalid=true] input";
    const control =
      form.querySelector(wrong) ||
      form.querySelector("input:checked, [contenteditable=true]") ||
      form.querySelector("select, textarea:not([hidden]), input:not([type=hidden])") ||
      form.querySelector(".o_hsp_acts .btn");
    control.focus();
    if (control.matches("input[type=text], input[type=tel]")) {
      control.select();
    }
  }

  close(form) {
    const box = form.closest("[data-edit-box]");
    form.remove();
    box.classList.remove("o_hsp_editing");
    const link = box.querySelector(".o_hsp_edit");
    if (link) {
      link.focus();
    }
  }

  // -------------------------------------------------------------- sending

  /**
   * @param {SubmitEvent} ev
   */
  onSubmit(ev) {
    const form = ev.target;
    if (this.isInPlace && form.matches(".o_hsp_edit_form, .o_hsp_person_form")) {
      ev.preventDefault();
      this.send(form);
    }
  }

  async send(form) {
    if (form.ariaBusy === "true") {
      return;
    }
    form.ariaBusy = "true";
    try {
      const response = await fetch(`${form.action}?part=1`, {
        method: "POST",
        body: new FormData(form),
      });
      if (response.status === 401) {
        // the text was kept: the form shows it again after signing in
        window.location = form.action;
      } else if (response.headers.get("Content-Type").includes("json")) {
        await this.onDone(form, await response.json());
      } else if (form.matches(".o_hsp_edit_form") && response.status < 500) {
        this.show(form.closest("[data-edit-box]"), await response.text());
      } else {
        throw new Error(response.status);
      }
    } catch {
      this.say(form, _t("It was not saved: there is no connection. Try it again."));
    } finally {
      form.ariaBusy = "false";
    }
  }

  say(form, words) {
    const state = form.querySelector(".o_hsp_form_state");
    if (state) {
      state.textContent = words;
      state.dataset.tone = "warning";
    }
  }

  /**
   * Show the page as it is now and lead the focus back to where it was.
   */
  async onDone(form, {said, html}) {
    const box = form.closest("[data-edit-box]");
    const place = box.dataset.editBox.replace("new_", "");
    if (html) {
      box.querySelector(".o_hsp_fact_value").innerHTML = html;
    }
    if (form.matches(".o_hsp_edit_form")) {
      form.remove();
      box.classList.remove("o_hsp_editing");
    }
    document.activeElement.blur();
    let shown = null;
    this.el.dispatchEvent(
      new CustomEvent("helpdesk_changed", {
        detail: {waitFor: (promise) => (shown = promise)},
      })
    );
    await this.waitFor(shown);
    const link =
      this.el.querySelector(`.o_hsp_edit[data-field="${place}"]`) ||
      this.el.querySelector(`[data-edit-box="${place}"]`);
    if (link) {
      link.focus();
      link.closest("[data-edit-box]").classList.add("o_hsp_saved");
    }
    const status = this.el.querySelector(".o_hsp_said");
    this.waitForTimeout(() => (status.textContent = said), 200);
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.ticket_edit", TicketEdit);
