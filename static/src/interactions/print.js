import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** A button that prints the page; without scripts the browser's menu does. */
export class PrintButton extends Interaction {
  static selector = ".o_hsp_print";
  dynamicContent = {
    _root: {"t-on-click": () => window.print()},
  };
}

registry
  .category("public.interactions")
  .add("helpdesk_service_portal.print", PrintButton);
