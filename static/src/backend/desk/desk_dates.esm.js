import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {describeDue} from "../due_words.esm";

const {DateTime, Settings} = luxon;

/** 24 hours in Spanish, as everywhere in this module; else as the language has it */
function timeFormat() {
  const spanish = Settings.defaultLocale.startsWith("es");
  return {hour: "numeric", minute: "2-digit", ...(spanish && {hourCycle: "h23"})};
}

/** Words about the moments the server sends as naive UTC text. */
export const deskDates = {
  due: (text) => describeDue(deserializeDateTime(text)),
  ago: (text) => deserializeDateTime(text).toRelative(),
  exact: (text) => formatDateTime(deserializeDateTime(text), {showSeconds: false}),

  /** "Friday 27 November, 18:00", in the reader's language and zone */
  day: (text) =>
    deserializeDateTime(text).toLocaleString({
      weekday: "long",
      day: "numeric",
      month: "long",
      ...timeFormat(),
    }),

  /** What the clock on the wall of that zone shows */
  clockIn: (zone) => DateTime.now().setZone(zone).toLocaleString(timeFormat()),
};
