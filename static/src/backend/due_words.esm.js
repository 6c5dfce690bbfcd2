import {_t} from "@web/core/l10n/translation";

const {DateTime} = luxon;
const SOON = {hours: 4};

/**
 * A date promised or to be kept, in words, with a colour and an icon, so that the
 * colour never stands alone.
 *
 * @param {DateTime} date
 * @returns {{text: string, className: string, icon: string}}
 */
export function describeDue(date) {
  const relative = date.toRelative();
  if (date < DateTime.now()) {
    return {
      text: _t("was due %s", relative),
      className: "text-danger fw-bold",
      icon: "fa-exclamation-circle",
    };
  }
  const isSoon = date < DateTime.now().plus(SOON);
  return {
    text: _t("due %s", relative),
    className: isSoon ? "text-warning-emphasis fw-bold" : "text-muted",
    icon: "fa-clock-o",
  };
}
