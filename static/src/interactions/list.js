import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** Milliseconds after which a list on its way is worth saying so. */
const PATIENCE = 300;

/**
 * The list of tickets: shows that the next one is on its way, and keeps its menu out of
 * the way. Everything works without it, too.
 */
export class TicketList extends Interaction {
  static selector = ".o_hsp_list";
  dynamicContent = {
    "a[href^='/my/tickets'], .o_hsp_turn_chip, .o_hsp_active, .pagination a": {
      "t-on-click": this.onLeave,
    },
    ".o_hsp_list_search": {"t-on-submit": this.onSubmit},
    ".o_hsp_options": {"t-on-keydown": this.onMenuKeydown},
    _document: {"t-on-click": this.onDocumentClick},
    _root: {
      "t-att-class": () => ({o_hsp_loading: this.isLoading}),
      "t-att-aria-busy": () => (this.isLoading ? "true" : "false"),
    },
  };

  setup() {
    this.isLoading = false;
    this.timeout = null;
  }

  start() {
    // Coming back by the Back button finds the list as it was left.
    this.addListener(window, "pageshow", () => this.setLoading(false));
  }

  destroy() {
    clearTimeout(this.timeout);
  }

  setLoading(isLoading) {
    clearTimeout(this.timeout);
    this.isLoading = isLoading;
    this.updateContent();
  }

  waitForPage() {
    clearTimeout(this.timeout);
    this.timeout = setTimeout(() => this.setLoading(true), PATIENCE);
  }

  /**
   * @param {MouseEvent} ev
   */
  onLeave(ev) {
    const isNewTab = ev.ctrlKey || ev.metaKey || ev.shiftKey || ev.button;
    if (!isNewTab && !ev.defaultPrevented) {
      this.waitForPage();
    }
  }

  /**
   * What was not chosen does not travel: addresses stay short enough to be shared.
   * "All" does, as a list of which nothing is said opens as it was left.
   */
  onSubmit() {
    const defaults = {sortby: "date"};
    const fields = this.el.querySelectorAll(".o_hsp_list_search [name]");
    const empty = [...fields].filter(
      (field) => !field.value || field.value === defaults[field.name]
    );
    for (const field of empty) {
      field.disabled = true;
    }
    setTimeout(() => {
      for (const field of empty) {
        field.disabled = false;
      }
    });
    this.waitForPage();
  }

  /**
   * @param {KeyboardEvent} ev
   */
  onMenuKeydown(ev) {
    const menu = ev.currentTarget;
    if (ev.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }

  /**
   * @param {MouseEvent} ev
   */
  onDocumentClick(ev) {
    const menu = this.el.querySelector(".o_hsp_options");
    if (menu && menu.open && !menu.contains(ev.target)) {
      menu.open = false;
    }
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.ticket_list", TicketList);
