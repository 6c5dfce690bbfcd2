import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/**
 * The thread of a ticket: opens what was read before, prints everything, and takes the
 * way to the composer out of sight once the composer is in it.
 */
export class TicketThread extends Interaction {
  static selector = ".o_hsp_ticket";
  dynamicContent = {
    ".o_hsp_earlier_toggle": {
      "t-on-click": this.onToggle,
      "t-att-aria-expanded": () => String(this.isOpen),
    },
    // the browser found a word or an address in what is folded
    "#earlier": {"t-on-beforematch": () => this.setOpen(true)},
    ".o_hsp_reply_bar": {
      "t-att-class": () => ({o_hsp_reply_bar_idle: this.isComposing}),
    },
    _window: {
      "t-on-beforeprint": this.onBeforePrint,
      "t-on-afterprint": this.onAfterPrint,
      "t-on-hashchange": this.openTarget,
    },
  };

  setup() {
    this.earlier = this.el.querySelector("#earlier");
    this.isOpen = !this.earlier.hasAttribute("hidden");
    this.isComposing = false;
    this.printed = [];
  }

  start() {
    this.openTarget();
    const composer = this.el.querySelector(".o_hsp_composer");
    if (composer) {
      const observer = new IntersectionObserver(([entry]) => {
        this.isComposing = entry.isIntersecting;
        this.updateContent();
      });
      observer.observe(composer);
      this.registerCleanup(() => observer.disconnect());
    }
  }

  onToggle() {
    this.setOpen(!this.isOpen);
  }

  setOpen(isOpen) {
    this.isOpen = isOpen;
    if (isOpen) {
      this.earlier.removeAttribute("hidden");
    } else {
      this.earlier.setAttribute("hidden", "until-found");
    }
  }

  /**
   * The address of a message leads to it, folded or not.
   */
  openTarget() {
    const id = /^#(message-\d+)$/.exec(window.location.hash);
    const target = id && this.el.querySelector(`#${id[1]}`);
    if (target && this.earlier.contains(target)) {
      this.setOpen(true);
      target.scrollIntoView();
    }
  }

  onBeforePrint() {
    this.printed = [...this.el.querySelectorAll(".o_hsp_thread details:not([open])")];
    for (const details of this.printed) {
      details.open = true;
    }
  }

  onAfterPrint() {
    for (const details of this.printed) {
      details.open = false;
    }
  }
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.ticket_thread", TicketThread);
