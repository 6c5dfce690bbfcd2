import {browser} from "@web/core/browser/browser";
import {debounce} from "@web/core/utils/timing";
import {reactive} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {rpcBus} from "@web/core/network/rpc";

export const MY_TURN_MENU = "helpdesk_service_portal.helpdesk_my_turn_menu";
export const HELD_MENU = "helpdesk_service_portal.helpdesk_mail_held_menu";
const MODEL = "helpdesk.ticket";
const LOG = "helpdesk.ticket.mail.log";
const REFRESH_EVERY = 60 * 1000;
const REFRESH_AFTER = 400;
const READING = /^(web_)?(search|read|name_search|get_|fields_get|onchange)/;

/**
 * Whether an answer of the server may have changed the queue: a write on tickets or
 * a message. Reading never does.
 *
 * @param {object} detail of the bus event: data as sent, error if any
 * @returns {boolean}
 */
export function mayChangeQueue({data, error}) {
  const {model, method, thread_model: thread, post_data: post} = data?.params || {};
  if (error) {
    return false;
  }
  return [MODEL, LOG].includes(model)
    ? !READING.test(method)
    : thread === MODEL && Boolean(post);
}

/**
 * How many tickets and held mails wait for this user, kept fresh while the helpdesk is open: on
 * navigation, after a write on a ticket and every minute. Nothing is asked for users
 * without the menu, in other applications or in a hidden tab.
 */
export const queueCountService = {
  dependencies: ["menu", "orm"],
  start(env, {menu, orm}) {
    const queue = reactive({count: 0, held: 0});
    const isOpen = () => {
      const app = menu.getCurrentApp();
      return (
        !browser.document?.hidden &&
        Boolean(app) &&
        menu
          .getAll()
          .some((item) => item.xmlid === MY_TURN_MENU && item.appID === app.id)
      );
    };
    const refresh = async () => {
      if (!isOpen()) {
        return;
      }
      try {
        [queue.count, queue.held] = await Promise.all([
          orm.silent.call(MODEL, "get_my_turn_count"),
          orm.silent.call(LOG, "get_held_count"),
        ]);
      } catch {
        // A number in a menu is no reason to disturb: the next refresh tells
      }
    };
    const refreshSoon = debounce(refresh, REFRESH_AFTER);
    env.bus.addEventListener("MENUS:APP-CHANGED", refreshSoon);
    env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", refreshSoon);
    rpcBus.addEventListener("RPC:RESPONSE", ({detail}) => {
      if (mayChangeQueue(detail)) {
        refreshSoon();
      }
    });
    browser.setInterval(refresh, REFRESH_EVERY);
    return queue;
  },
};

registry.category("services").add("helpdesk_queue_count", queueCountService);
