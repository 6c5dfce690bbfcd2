import {Interaction} from "@web/public/interaction";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";

/**
 * The forms of a new ticket and of an answer. What makes writing pleasant (editor,
 * uploads, drafts) is loaded here, where it is used; everything works without it.
 */
export class TicketForm extends Interaction {
  static selector = ".o_hsp_form";

  async willStart() {
    await loadBundle("helpdesk_service_portal.assets_composer");
    const isPreview = this.el.classList.contains("o_hsp_form_preview");
    this.startComposer = registry
      .category("helpdesk_service_portal.composer")
      .get(isPreview ? "fields" : "start");
  }

  start() {
    this.registerCleanup(this.startComposer(this.el));
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

/**
 * Signing out leaves no copy of a text behind on the device; see composer/draft.js.
 */
export class SignOut extends Interaction {
  static selector = "a[href*='/web/session/logout']";
  dynamicContent = {
    _root: {"t-on-click": this.onClick},
  };

  onClick() {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("helpdesk_draft:")) {
        localStorage.removeItem(key);
      }
    }
  }
}

const interactions = registry.category("public.interactions");
interactions.add("helpdesk_service_portal.ticket_form", TicketForm);
interactions.add("helpdesk_service_portal.ticket_reply", TicketReply);
interactions.add("helpdesk_service_portal.sign_out", SignOut);
