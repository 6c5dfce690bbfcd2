import {
  getHtmlFieldMetadata,
  setHtmlFieldMetadata,
} from "@html_editor/fields/html_field";
import {FormController} from "@web/views/form/form_controller";
import {HistoryDialog} from "@html_editor/components/history_dialog/history_dialog";
import {_t} from "@web/core/l10n/translation";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/** The form of an article, with the earlier versions of its text. */
export class ArticleFormController extends FormController {
  setup() {
    super.setup();
    this.notifications = useService("notification");
  }

  getStaticActionMenuItems() {
    return {
      ...super.getStaticActionMenuItems(),
      helpdeskHistory: {
        sequence: 15,
        icon: "fa fa-history",
        description: _t("Earlier versions"),
        callback: () => this.openHistory(),
      },
    };
  }

  openHistory() {
    const record = this.model.root;
    const history = record.data.html_field_history_metadata?.body;
    if (!history?.length) {
      this.notifications.add(_t("There is no earlier version of this text."));
      return;
    }
    this.dialogService.add(HistoryDialog, {
      title: _t("Earlier versions"),
      noContentHelper: _t("The text was empty then."),
      recordId: record.resId,
      recordModel: this.props.resModel,
      versionedFieldName: "body",
      historyMetadata: history,
      restoreRequested: (html, close) => {
        const metadata = getHtmlFieldMetadata(record.data.body);
        record.update({body: setHtmlFieldMetadata(html, metadata)});
        close();
      },
    });
  }
}

registry.category("views").add("helpdesk_article_form", {
  ...formView,
  Controller: ArticleFormController,
});
