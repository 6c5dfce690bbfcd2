import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {describeDue} from "./due_words.esm";
import {formatDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A moment in words ("2 hours ago"); the exact date stands in its title. */
export class SinceField extends Component {
  static template = "helpdesk_service_portal.SinceField";
  static props = {...standardFieldProps};

  get date() {
    return this.props.record.data[this.props.name];
  }

  get relative() {
    return this.date.toRelative();
  }

  get exact() {
    return formatDateTime(this.date, {numeric: true});
  }
}

/** A date promised or to be kept: "due in 40 minutes", "was due 2 hours ago". */
export class DueField extends SinceField {
  static template = "helpdesk_service_portal.DueField";

  get due() {
    return describeDue(this.date);
  }
}

registry.category("fields").add("helpdesk_since", {
  component: SinceField,
  displayName: _t("Time passed, in words"),
  supportedTypes: ["datetime"],
});
registry.category("fields").add("helpdesk_due", {
  component: DueField,
  displayName: _t("Due date, in words"),
  supportedTypes: ["datetime"],
});
