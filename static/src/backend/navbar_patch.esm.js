import {HELD_MENU, MY_TURN_MENU} from "./queue_count_service.esm";
import {NavBar} from "@web/webclient/navbar/navbar";
import {patch} from "@web/core/utils/patch";
import {useEffect, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/* The count is part of the menu's name: it stands wherever the menu is shown, wide,
   folded under "+" or in the side bar of a telephone, and needs no template. */
patch(NavBar.prototype, {
  setup() {
    super.setup();
    this.helpdeskQueue = useState(useService("helpdesk_queue_count"));
    // A count makes its menu wider: what no longer fits goes under "+"
    useEffect(
      () => {
        this.adapt();
      },
      () => [this.helpdeskQueue.count, this.helpdeskQueue.held]
    );
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
