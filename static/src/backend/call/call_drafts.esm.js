import {browser} from "@web/core/browser/browser";
import {session} from "@web/session";
import {user} from "@web/core/user";

const DAYS_KEPT = 14;
const MOST = 12;

function key() {
  return `helpdesk.call.drafts.${session.db}.${user.userId}`;
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A call that has just begun. Its key makes it one ticket, however often it is sent. */
export function newCall() {
  return {
    key: newKey(),
    started: new Date().toISOString().slice(0, 19).replace("T", " "),
    query: "",
    // Whom or what the search led to: a row of call_search; null while nobody is chosen
    chosen: null,
    number: "",
    name: "",
    email: "",
    hotel: "",
    area: "",
    extension: "",
    channel: "phone",
    subject: "",
    text: "",
    solution: "",
    solving: false,
    location_id: false,
    category_id: false,
    type_id: false,
    priority: "1",
    engineer_id: false,
    invite: false,
    // The open ticket to which the text is added, false: a new one
    ticket: false,
    files: [],
  };
}

/** Tell whether somebody wrote something into a call. */
export function hasWords(call) {
  return Boolean(
    call.text.trim() ||
    call.subject.trim() ||
    call.solution.trim() ||
    call.files.length ||
    call.chosen ||
    call.query.trim()
  );
}

/**
 * Calls begun and not saved, kept in this browser: what was typed and the ids of
 * uploaded files. What the server says of a caller is asked again.
 */
export const callDrafts = {
  load() {
    try {
      const kept = JSON.parse(browser.localStorage.getItem(key())) || {};
      const oldest = Date.now() - DAYS_KEPT * 24 * 3600 * 1000;
      return kept.time > oldest
        ? kept.calls.map((call) => ({...newCall(), ...call}))
        : [];
    } catch {
      return [];
    }
  },

  save(calls) {
    const kept = calls.filter(hasWords).slice(0, MOST);
    try {
      if (kept.length) {
        const entry = {time: Date.now(), calls: kept};
        browser.localStorage.setItem(key(), JSON.stringify(entry));
      } else {
        browser.localStorage.removeItem(key());
      }
    } catch {
      // A full or forbidden storage costs the draft, never the call
    }
  },
};
