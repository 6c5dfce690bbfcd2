import {
  Component,
  onMounted,
  onWillUpdateProps,
  useEffect,
  useRef,
  useState,
} from "@odoo/owl";
import {focusOn} from "./call_focus.esm";
import {_t} from "@web/core/l10n/translation";
import {useDebounced} from "@web/core/utils/timing";
import {useService} from "@web/core/utils/hooks";

const MODEL = "helpdesk.ticket";
const NUMBER = /^[+\d\s().\-/]+$/;

/** One field for number, name, hotel or #ticket, with results while one types. */
export class CallFinder extends Component {
  static template = "helpdesk_service_portal.CallFinder";
  static props = {
    call: Object,
    handle: Object,
    onChoose: Function,
    onInput: Function,
  };

  setup() {
    this.orm = useService("orm");
    this.input = useRef("input");
    this.state = useState({rows: [], at: 0, open: false, asked: ""});
    this.searchSoon = useDebounced(() => this.search(), 120);
    this.props.handle.focusFinder = () => focusOn(this.input.el);
    onMounted(() => {
      if (!this.props.call.chosen) {
        this.input.el.focus();
      }
    });
    onWillUpdateProps((next) => {
      if (next.call.key !== this.props.call.key) {
        Object.assign(this.state, {rows: [], at: 0, open: false, asked: ""});
      }
    });
    useEffect(
      () => {
        document
          .getElementById(`call_row_${this.state.at}`)
          ?.scrollIntoView({block: "nearest"});
      },
      () => [this.state.at]
    );
  }

  get query() {
    return this.props.call.query.trim();
  }

  get isNumber() {
    return NUMBER.test(this.query);
  }

  /** What was found and, at the end, whoever it is */
  get rows() {
    if (!this.query) {
      return [];
    }
    const unknown = {
      kind: "unknown",
      name: this.isNumber
        ? _t("Somebody else, from %s", this.query)
        : _t("Somebody else: “%s”", this.query),
      detail: _t("not known yet"),
      partner_id: false,
      company_id: false,
      location_id: false,
      ticket_id: false,
    };
    return [...this.state.rows, unknown];
  }

  icon(row) {
    return {
      person: "fa-user",
      place: "fa-building-o",
      ticket: "fa-ticket",
      unknown: "fa-question-circle-o",
    }[row.kind];
  }

  people(row) {
    return _t("%s people share this number", row.people);
  }

  onInput(ev) {
    this.props.call.query = ev.target.value;
    this.state.open = true;
    this.props.onInput();
    this.searchSoon();
  }

  search() {
    if (this.query !== this.state.asked) {
      this.state.asked = this.query;
      this.answer = this.ask(this.query);
    }
    return this.answer;
  }

  async ask(words) {
    const rows = words ? await this.orm.silent.call(MODEL, "call_search", [words]) : [];
    if (words === this.query) {
      Object.assign(this.state, {rows, at: 0, open: true});
    }
  }

  async onKeydown(ev) {
    const last = this.rows.length - 1;
    if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
      const step = ev.key === "ArrowDown" ? 1 : -1;
      this.state.open = true;
      this.state.at = Math.min(Math.max(this.state.at + step, 0), last);
      ev.preventDefault();
    } else if (ev.key === "Enter" && !ev.ctrlKey && this.query) {
      ev.preventDefault();
      // Who types fast does not wait for the list
      await this.search();
      this.choose(this.rows[Math.min(this.state.at, this.rows.length - 1)]);
    } else if (ev.key === "Escape") {
      this.state.open = false;
    }
  }

  choose(row) {
    this.state.open = false;
    const {call} = this.props;
    if (this.isNumber) {
      call.number = this.query;
    } else if (row.kind === "unknown" && !call.name) {
      call.name = this.query;
    }
    this.props.onChoose(row);
  }
}
