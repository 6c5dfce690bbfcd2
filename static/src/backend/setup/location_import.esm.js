import {Component, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {downloadFile} from "@web/core/network/download";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const MODEL = "helpdesk.location.import";
const SHOWN_AT_ONCE = 100;
const ACTIONS = ["refused", "create", "change", "same", "example"];

/** Return the bytes of a file in base64. */
function readFile(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1] || "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Locations from a spreadsheet: what would happen line by line, then all at once. */
export class LocationImport extends Component {
  static template = "helpdesk_service_portal.LocationImport";
  static props = {...standardActionServiceProps};
  static path = "helpdesk-import-locations";
  static displayName = _t("Import locations");

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.input = useRef("file");
    this.result = useRef("result");
    this.state = useState({
      name: "",
      plan: null,
      problem: "",
      notice: "",
      filter: "all",
      limit: SHOWN_AT_ONCE,
      busy: false,
      over: false,
      done: null,
    });
    this.data = "";
  }

  // The file

  async getTemplate(kind) {
    const file = await this.orm.call(MODEL, "get_template", [kind]);
    const bytes = Uint8Array.from(atob(file.data), (char) => char.charCodeAt(0));
    downloadFile(new Blob([bytes], {type: file.type}), file.name, file.type);
  }

  choose() {
    this.input.el.click();
  }

  async onChoose(ev) {
    const [file] = ev.target.files;
    // The same file again, after it was mended, is a choice too
    if (file) {
      await this.take(file);
    }
    ev.target.value = "";
  }

  async onDrop(ev) {
    this.state.over = false;
    const [file] = ev.dataTransfer.files;
    if (file) {
      await this.take(file);
    }
  }

  async take(file) {
    Object.assign(this.state, {name: file.name, plan: null, done: null, notice: ""});
    this.data = await readFile(file);
    await this.work(async () => {
      this.show(await this.orm.call(MODEL, "preview", [file.name, this.data]));
    });
  }

  /** Do something with the server; what it refuses is said on the page. */
  async work(task) {
    this.state.busy = true;
    this.state.problem = "";
    try {
      await task();
    } catch (error) {
      if (!error.data?.message) {
        throw error;
      }
      this.state.problem = error.data.message;
    } finally {
      this.state.busy = false;
    }
  }

  show(plan) {
    this.state.plan = plan;
    this.state.filter = plan.counts.refused ? "refused" : "all";
    this.state.limit = SHOWN_AT_ONCE;
  }

  // What is shown

  get words() {
    return {
      refused: _t("Refused"),
      create: _t("New"),
      change: _t("Changed"),
      same: _t("Unchanged"),
      example: _t("Examples, left out"),
    };
  }

  get filters() {
    const {counts, rows} = this.state.plan;
    return [
      {key: "all", name: _t("All lines"), count: rows.length},
      ...ACTIONS.filter((key) => counts[key]).map((key) => ({
        key,
        name: this.words[key],
        count: counts[key],
      })),
    ];
  }

  get rows() {
    const {plan, filter} = this.state;
    return plan.rows.filter((row) => filter === "all" || row.action === filter);
  }

  get shownRows() {
    return this.rows.slice(0, this.state.limit);
  }

  get rest() {
    return Math.max(this.rows.length - this.state.limit, 0);
  }

  get workCount() {
    const {counts} = this.state.plan;
    return counts.create + counts.change;
  }

  get applyWords() {
    const count = this.workCount;
    return count === 1 ? _t("Import 1 location") : _t("Import %s locations", count);
  }

  get ignoredWords() {
    const names = this.state.plan.ignored.join(", ");
    return _t("Columns that are not imported: %s.", names);
  }

  get moreWords() {
    return _t("Show more (%s)", this.rest);
  }

  get verdict() {
    const {counts} = this.state.plan;
    const parts = [
      counts.create && _t("New: %s", counts.create),
      counts.change && _t("Changed: %s", counts.change),
      counts.same && _t("Unchanged: %s", counts.same),
      counts.refused && _t("Refused: %s", counts.refused),
    ];
    return parts.filter(Boolean).join(" · ");
  }

  filterBy(key) {
    this.state.filter = key;
    this.state.limit = SHOWN_AT_ONCE;
  }

  more() {
    this.state.limit += 5 * SHOWN_AT_ONCE;
  }

  // Doing it

  async apply() {
    const {name, plan} = this.state;
    await this.work(async () => {
      const args = [name, this.data, plan.digest];
      const answer = await this.orm.call(MODEL, "apply", args);
      if (!answer.done) {
        this.show(answer.plan);
        this.state.notice = _t(
          "Meanwhile somebody changed locations. This is what would happen now."
        );
        return;
      }
      this.state.done = answer;
      this.state.plan = null;
    });
  }

  get doneWords() {
    const {counts} = this.state.done;
    return _t(
      "Created: %(create)s. Changed: %(change)s. Left out: %(refused)s.",
      counts
    );
  }

  openTouched() {
    this.action.doAction({
      type: "ir.actions.act_window",
      name: _t("Imported locations"),
      res_model: "helpdesk.ticket.location",
      views: [
        [false, "list"],
        [false, "form"],
      ],
      domain: [["id", "in", this.state.done.ids]],
    });
  }

  back() {
    this.action.doAction("helpdesk_service_portal.helpdesk_setup_action", {
      clearBreadcrumbs: true,
    });
  }
}

registry
  .category("actions")
  .add("helpdesk_service_portal.location_import", LocationImport);
