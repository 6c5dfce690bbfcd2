import {useExternalListener} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

const WRITING = "input, textarea, select, [contenteditable=true]";

/**
 * Call what belongs to a key, unless the engineer is typing, holds a modifier or has
 * a dialog before them.
 *
 * @param {object} keys callback by ``KeyboardEvent.key``
 */
export function useDeskKeys(keys) {
  const ui = useService("ui");
  useExternalListener(window, "keydown", (ev) => {
    const callback = keys[ev.key];
    if (!callback || ev.ctrlKey || ev.metaKey || ev.altKey || ev.isComposing) {
      return;
    }
    if (ev.target.closest?.(WRITING) || ui.isBlocked) {
      return;
    }
    if (ui.activeElement !== document) {
      return;
    }
    ev.preventDefault();
    callback();
  });
}
