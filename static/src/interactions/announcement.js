import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

const STORED = "helpdesk_announcements";
const KEPT = 20;

/**
 * An announcement of the banner stays as its reader left it, folded or open, until
 * there is something new. "It is something else" folds it and goes on.
 */
export class Announcement extends Interaction {
  static selector = "details.o_hsp_announcement";
  dynamicContent = {
    _root: {"t-on-toggle": this.onToggle},
    ".o_hsp_announcement_other": {"t-on-click": this.onOther},
  };

  setup() {
    this.version = this.el.dataset.announcement;
    const kept = this.read()[this.version];
    if (kept !== undefined) {
      this.el.open = kept;
    }
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(STORED)) || {};
    } catch {
      return {};
    }
  }

  onToggle() {
    const kept = Object.entries(this.read()).filter(([key]) => key !== this.version);
    kept.push([this.version, this.el.open]);
    try {
      localStorage.setItem(
        STORED,
        JSON.stringify(Object.fromEntries(kept.slice(-KEPT)))
      );
    } catch {
      // Without storage it opens again with the next page
    }
  }

  onOther() {
    this.el.open = false;
    const next = document.querySelector(
      "form[action='/submitted/ticket'] [name='subject']"
    );
    (next || this.el.querySelector("summary")).focus();
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.announcement", Announcement);
