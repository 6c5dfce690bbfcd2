import {browser} from "@web/core/browser/browser";
import {onWillDestroy, useEffect, useState} from "@odoo/owl";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

const BEAT = 20 * 1000;
const GONE_AFTER = 50 * 1000;
const EVENT = "helpdesk_desk/present";

/**
 * Who else has the ticket open, and who is writing: told over the bus, stored nowhere.
 *
 * @param {Function} getTicketId
 * @returns {object} others(), setWriting(now), tellSeen()
 */
export function useDeskPresence(getTicketId) {
  const bus = useService("bus_service");
  const orm = useService("orm");
  const presence = useState({others: []});
  let writing = false;

  const tell = (seen = false) => {
    if (!browser.document?.hidden) {
      const ids = [getTicketId()];
      orm.silent
        .call("helpdesk.ticket", "desk_present", [ids], {writing, seen})
        .catch(() => {
          // Nobody hears us: the conflict check of sending still protects
        });
    }
  };
  const forget = () => {
    const oldest = Date.now() - GONE_AFTER;
    const present = presence.others.filter((other) => other.at > oldest);
    if (present.length !== presence.others.length) {
      presence.others = present;
    }
  };
  const onPresent = ({ticket_id: ticketId, user_id: id, name, writing: writes}) => {
    if (ticketId !== getTicketId() || id === user.userId) {
      return;
    }
    const isNew = !presence.others.some((other) => other.id === id);
    presence.others = [
      ...presence.others.filter((other) => other.id !== id),
      {id, name, writes, at: Date.now()},
    ];
    if (isNew) {
      tell();
    }
  };

  bus.subscribe(EVENT, onPresent);
  onWillDestroy(() => bus.unsubscribe(EVENT, onPresent));
  useEffect(
    (ticketId) => {
      const channel = `helpdesk_desk_${ticketId}`;
      presence.others = [];
      writing = false;
      bus.addChannel(channel);
      const timer = browser.setInterval(() => {
        forget();
        tell();
      }, BEAT);
      return () => {
        browser.clearInterval(timer);
        bus.deleteChannel(channel);
      };
    },
    () => [getTicketId()]
  );
  return {
    tellSeen: () => tell(true),
    others: () => presence.others,
    setWriting(now) {
      if (now !== writing) {
        writing = now;
        tell();
      }
    },
  };
}
