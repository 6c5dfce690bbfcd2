import {HELD_MENU, MY_TURN_MENU} from "./queue_count_service.esm";
import {NavBar} from "@web/webclient/navbar/navbar";
import {patch} from "@web/core/utils/patch";
import {useService} from "@web/core/utils/hooks";
import {useState} from "@odoo/owl";

/* The count is part of the menu's name: it stands wherever the menu is shown, wide,
   folded under "+" or in the side bar of a telephone, and needs no template. */
patch(NavBar.prototype, {
  setup() {
    super.setup();
    this.helpdeskQueue = useState(useService("helpdesk_queue_count"));
  },

  get currentAppSections() {
    const {count, held} = this.helpdeskQueue;
    const counts = {[MY_TURN_MENU]: count, [HELD_MENU]: held};
    return super.currentAppSections.map((section) =>
      counts[section.xmlid]
        ? {...section, name: `${section.name} (${counts[section.xmlid]})`}
        : section
    );
  },
});
