import {Component, useEffect, useRef} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deskDates} from "./desk_dates.esm";
import {useBus} from "@web/core/utils/hooks";

/** The left side: tabs with counts, search, tickets. */
export class DeskQueue extends Component {
  static template = "helpdesk_service_portal.DeskQueue";
  static props = {
    tab: String,
    counts: Object,
    rows: Array,
    more: Boolean,
    loaded: Boolean,
    search: String,
    openId: [Number, Boolean],
    onTab: Function,
    onOpen: Function,
    onSearch: Function,
    onMore: Function,
    onTakeNext: Function,
  };

  setup() {
    this.dates = deskDates;
    this.list = useRef("list");
    this.searchBox = useRef("search");
    useBus(this.env.bus, "HELPDESK-DESK:KEY", ({detail}) => {
      if (detail === "search") {
        this.searchBox.el.focus();
      }
    });
    useEffect(
      () => {
        const row = this.list.el?.querySelector("[aria-current=true]");
        row?.scrollIntoView({block: "nearest"});
      },
      () => [this.props.openId]
    );
  }

  get tabs() {
    const {counts} = this.props;
    const chase = counts.chase && _t("%s to chase", counts.chase);
    return [
      {key: "mine", name: _t("My turn"), count: counts.mine},
      {key: "free", name: _t("Unassigned"), count: counts.free},
      {key: "customer", name: _t("With customers"), count: counts.customer},
      {key: "other", name: _t("With third parties"), count: counts.other, hint: chase},
      {key: "held", name: _t("Held mails"), count: counts.held},
    ];
  }

  get emptyTitle() {
    return {
      mine: _t("Nothing is your turn now"),
      free: _t("Every open ticket has its engineer"),
      customer: _t("No customer owes us an answer"),
      other: _t("No third party owes us anything"),
      held: _t("No mail waits for a decision"),
    }[this.props.tab];
  }

  get isHeld() {
    return this.props.tab === "held" && !this.props.search;
  }

  get isMine() {
    return this.props.tab === "mine" && !this.props.search;
  }

  /** What has to happen when: the promise, the chase, or since when it waits */
  getDue(row) {
    if (row.turn === "other" && row.chase) {
      return this.dates.due(row.chase);
    }
    return row.turn === "us" && row.answer_due ? this.dates.due(row.answer_due) : null;
  }

  getAge(row) {
    if (row.turn === "us") {
      return row.waiting_since && _t("wrote %s", this.dates.ago(row.waiting_since));
    }
    return row.since && _t("asked %s", this.dates.ago(row.since));
  }

  /** The line of words: theirs, or what we asked, or whom we wait for */
  getWords(row) {
    if (row.turn === "customer" && row.request) {
      return _t("We need: %s", row.request);
    }
    if (row.turn === "other" && row.party) {
      return _t("%(party)s: %(words)s", {party: row.party, words: row.words});
    }
    return row.words;
  }
}
