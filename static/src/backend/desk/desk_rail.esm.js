import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {deskDates} from "./desk_dates.esm";

const MINUTE = 60 * 1000;

/** Beside the thread: who asks, what time it is there, what the clock will do. */
export class DeskRail extends Component {
  static template = "helpdesk_service_portal.DeskRail";
  static props = {
    page: Object,
    onOpen: Function,
    onIncident: Function,
    onClose: Function,
  };

  setup() {
    this.dates = deskDates;
    this.state = useState({minute: 0});
    const timer = browser.setInterval(() => this.state.minute++, MINUTE);
    onWillUnmount(() => browser.clearInterval(timer));
  }

  get localTime() {
    // The minute is read so that the clock goes on
    return this.state.minute >= 0 && this.dates.clockIn(this.props.page.customer.zone);
  }

  /** Whose time it took so far */
  get time() {
    return this.props.page.time.map(({party, name, hours, percent}) => ({
      party,
      percent,
      name: {us: _t("Us"), customer: _t("The customer")}[party] || name,
      spent:
        hours < 48 ? _t("%s h", Math.round(hours)) : _t("%s d", Math.round(hours / 24)),
    }));
  }

  get hasClock() {
    const {clock} = this.props.page;
    return clock.next_reminder || clock.closes || clock.note || clock.reminders;
  }
}
