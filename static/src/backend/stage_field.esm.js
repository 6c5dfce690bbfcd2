import {
  StatusBarDurationField,
  statusBarDurationField,
} from "@mail/views/fields/statusbar_duration/statusbar_duration_field";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

const WIZARD = "helpdesk_service_portal.helpdesk_ticket_wait_wizard_action_";
const ASKING = {waiting_customer: "customer", waiting_other: "other"};

/** The status bar of a ticket: a stage that waits first asks for whom and for what. */
export class StageField extends StatusBarDurationField {
  setup() {
    super.setup();
    this.action = useService("action");
    this.orm = useService("orm");
  }

  async selectItem(item) {
    const {record} = this.props;
    const [stage] = await this.orm.read(
      "helpdesk.ticket.stage",
      [item.value],
      ["kind"]
    );
    const kind = ASKING[stage.kind];
    if (!kind || !record.resId) {
      return super.selectItem(item);
    }
    if (!(await record.save())) {
      return;
    }
    await this.action.doAction(WIZARD + kind, {
      additionalContext: {
        default_ticket_ids: [record.resId],
        default_stage_id: item.value,
      },
      onClose: () => record.load(),
    });
  }
}

registry.category("fields").add("helpdesk_stage", {
  ...statusBarDurationField,
  component: StageField,
  additionalClasses: ["o_field_statusbar", "o_field_statusbar_duration"],
});
