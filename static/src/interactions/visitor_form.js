import {Interaction} from "@web/public/interaction";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";

const KEPT = "helpdesk_visitor_form";
const NOT_KEPT = ["csrf_token", "submission_key", "proof", "homepage", "pending"];

/**
 * The form of people without account: it asks what the chosen type needs, and what was
 * typed comes back when the page is loaded again, as long as the window is open.
 */
export class VisitorForm extends Interaction {
  static selector = "form.o_hsp_visitor";
  dynamicContent = {
    _root: {
      "t-on-input": this.keep,
      "t-on-change": this.keep,
    },
  };

  async willStart() {
    await loadBundle("helpdesk_service_portal.assets_composer");
    this.startFields = registry
      .category("helpdesk_service_portal.composer")
      .get("fields");
  }

  start() {
    this.registerCleanup(this.startFields(this.el));
    const errors = document.querySelector(".o_hsp_errors");
    if (errors) {
      errors.focus();
    } else {
      this.bringBack();
    }
  }

  keep() {
    const fields = [...new FormData(this.el)].filter(
      ([name, value]) => !NOT_KEPT.includes(name) && typeof value === "string"
    );
    this.store(() =>
      sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(fields)))
    );
  }

  bringBack() {
    const kept = this.store(() => JSON.parse(sessionStorage.getItem(KEPT))) || {};
    for (const [name, value] of Object.entries(kept)) {
      const control = this.el.elements[name];
      // a type that a link asks for goes before the one chosen last
      if (control && name !== "type" && !control.value) {
        control.value = value;
      }
    }
  }

  /** Browsers may refuse storage. */
  store(action) {
    try {
      return action();
    } catch {
      return null;
    }
  }
}

/**
 * What was sent is not brought back.
 */
export class VisitorSent extends Interaction {
  static selector = "[name=visitor_sent]";

  start() {
    try {
      sessionStorage.removeItem(KEPT);
    } catch {
      // there is no storage, so nothing is kept
    }
  }
}

const interactions = registry.category("public.interactions");
interactions.add("helpdesk_service_portal.visitor_form", VisitorForm);
interactions.add("helpdesk_service_portal.visitor_sent", VisitorSent);
