import {browser} from "@web/core/browser/browser";
import {session} from "@web/session";
import {user} from "@web/core/user";

const DAYS_KEPT = 14;
const PREFIX = "helpdesk.desk.draft";

function key(ticketId) {
  return `${PREFIX}.${session.db}.${user.userId}.${ticketId}`;
}

/**
 * What an engineer wrote and did not send, kept in this browser: texts and the ids of
 * uploaded files.
 */
export const deskDrafts = {
  load(ticketId) {
    try {
      return JSON.parse(browser.localStorage.getItem(key(ticketId))) || null;
    } catch {
      return null;
    }
  },

  save(ticketId, draft) {
    try {
      browser.localStorage.setItem(
        key(ticketId),
        JSON.stringify({...draft, kept: Date.now()})
      );
    } catch {
      // A full or forbidden storage costs the draft, never the answer
    }
  },

  drop(ticketId) {
    browser.localStorage.removeItem(key(ticketId));
  },

  /** Forget what nobody came back to */
  prune() {
    const oldest = Date.now() - DAYS_KEPT * 24 * 3600 * 1000;
    for (const name of Object.keys(browser.localStorage)) {
      if (name.startsWith(`${PREFIX}.`)) {
        try {
          if (JSON.parse(browser.localStorage.getItem(name)).kept > oldest) {
            continue;
          }
        } catch {
          // Not ours to read: drop it
        }
        browser.localStorage.removeItem(name);
      }
    }
  },
};
