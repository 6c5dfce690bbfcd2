import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

const SIGNS = {
  done: "fa-check-circle",
  doing: "fa-clock-o",
  warn: "fa-exclamation-triangle",
  note: "fa-info-circle",
  todo: "fa-circle-o",
};

/** One step: its sign, how it stands, what to do. */
export class SetupStep extends Component {
  static template = "helpdesk_service_portal.SetupStep";
  static props = {
    step: Object,
    onOpen: Function,
    onTest: Function,
    onAside: Function,
  };

  setup() {
    this.state = useState({teamId: 0, sending: false});
  }

  get sign() {
    return SIGNS[this.props.step.state];
  }

  signOf(item) {
    return SIGNS[item.state] || "";
  }

  /** What the sign says to who does not see it */
  get stateName() {
    return {
      done: _t("Done"),
      doing: _t("Under way"),
      warn: _t("Needs attention"),
      note: _t("Good to know"),
      todo: _t("To do"),
    }[this.props.step.state];
  }

  get isTest() {
    return Boolean(this.props.step.action?.test);
  }

  get teamId() {
    return this.state.teamId || this.props.step.team_id;
  }

  get percent() {
    const [done, total] = this.props.step.progress;
    return total ? Math.min((100 * done) / total, 100) : 100;
  }

  async act() {
    const {step} = this.props;
    if (!this.isTest) {
      await this.props.onOpen(step.action);
      return;
    }
    this.state.sending = true;
    try {
      await this.props.onTest(this.teamId);
    } finally {
      this.state.sending = false;
    }
  }

  chooseTeam(ev) {
    this.state.teamId = Number(ev.target.value);
  }
}
