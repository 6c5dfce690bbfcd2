import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {SetupStep} from "./setup_step.esm";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const MODEL = "helpdesk.setup";
const LOOK_EVERY = 5 * 1000;
/** What takes a while is looked at each so many rounds */
const SLOW_ROUNDS = 12;

/** Where one stands: the steps of the set-up, ticked by what is so. */
export class Setup extends Component {
  static template = "helpdesk_service_portal.Setup";
  static components = {SetupStep};
  static props = {...standardActionServiceProps};
  static path = "helpdesk-setup";
  static displayName = _t("Set-up");

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.state = useState({company: "", sections: [], said: "", showAside: false});
    this.round = 0;
    this.asked = 0;
    onWillStart(() => this.load(true));
    onMounted(() => {
      this.timer = browser.setInterval(() => this.look(), LOOK_EVERY);
    });
    onWillUnmount(() => browser.clearInterval(this.timer));
  }

  // Looking

  async load(withSlow) {
    this.asked += 1;
    const {asked} = this;
    const page = await this.orm.silent.call(MODEL, "setup_page", [], {
      with_slow: withSlow,
    });
    if (asked !== this.asked) {
      // Looked at before what was done meanwhile
      return;
    }
    const former = this.steps;
    if (!withSlow) {
      this.keepSlow(page, former);
    }
    this.state.company = page.company;
    this.state.sections = page.sections;
    this.say(former);
  }

  /** Steps that were not looked at this time stay as they were. */
  keepSlow(page, former) {
    for (const step of former.filter((one) => one.slow)) {
      const section = page.sections.find((one) => one.code === step.section);
      if (section) {
        section.steps.push(step);
        section.steps.sort((one, other) => one.sequence - other.sequence);
      }
    }
  }

  async look() {
    if (browser.document?.hidden || this.looking) {
      return;
    }
    this.looking = true;
    this.round += 1;
    try {
      await this.load(this.round % SLOW_ROUNDS === 0);
    } catch {
      // The line is down: the next round tells
    } finally {
      this.looking = false;
    }
  }

  /** Who does not see the page hears what was ticked. */
  say(former) {
    const open = former
      .filter((step) => step.state !== "done")
      .map((step) => step.code);
    const ticked = this.steps.filter(
      (step) => step.state === "done" && open.includes(step.code)
    );
    if (ticked.length) {
      this.state.said = _t("Done: %s", ticked.map((step) => step.title).join(", "));
    }
  }

  // What is shown

  get steps() {
    return this.state.sections.flatMap((section) => section.steps);
  }

  get counted() {
    return this.steps.filter((step) => !step.aside && step.state !== "note");
  }

  get done() {
    return this.counted.filter((step) => step.state === "done").length;
  }

  get percent() {
    return this.counted.length ? (100 * this.done) / this.counted.length : 0;
  }

  get headline() {
    const {done, counted} = this;
    return done === counted.length
      ? _t("All is set up")
      : _t("%(done)s of %(total)s done", {done, total: counted.length});
  }

  get companyWords() {
    return _t("For %s. Another company is chosen at the top.", this.state.company);
  }

  get asideWords() {
    return _t("Not for us (%s)", this.aside.length);
  }

  get sections() {
    return this.state.sections
      .map((section) => ({
        ...section,
        steps: section.steps.filter((step) => !step.aside),
      }))
      .filter((section) => section.steps.length);
  }

  get aside() {
    return this.steps.filter((step) => step.aside);
  }

  // Doing

  open(action) {
    return this.action.doAction(action, {onClose: () => this.load(true)});
  }

  async sendTest(teamId) {
    await this.orm.call(MODEL, "setup_send_test", [teamId]);
    await this.load(false);
  }

  async putAside(step, aside) {
    await this.orm.call(MODEL, "setup_put_aside", [step.code, aside]);
    this.asked += 1;
    this.steps.find((one) => one.code === step.code).aside = aside;
    this.state.said = aside
      ? _t("“%s” was put aside", step.title)
      : _t("“%s” is back", step.title);
  }
}

registry.category("actions").add("helpdesk_service_portal.setup", Setup);
