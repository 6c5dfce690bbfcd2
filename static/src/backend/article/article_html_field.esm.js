import {HtmlField, htmlField} from "@html_editor/fields/html_field";
import {cleanWord, isFromWord} from "./word_paste.esm";
import {ClipboardPlugin} from "@html_editor/core/clipboard_plugin";
import {registry} from "@web/core/registry";

/** The editor's clipboard, which takes from Word what belongs into an article. */
export class ArticleClipboardPlugin extends ClipboardPlugin {
  handlePasteHtml(selection, clipboardData) {
    const html = clipboardData.getData("text/html");
    if (!isFromWord(html)) {
      return super.handlePasteHtml(selection, clipboardData);
    }
    const data = {
      "text/html": cleanWord(html, clipboardData.getData("text/rtf")),
      "text/plain": "",
    };
    return super.handlePasteHtml(selection, {
      // Word adds a picture of the whole text
      files: [],
      items: [],
      types: Object.keys(data),
      getData: (type) => data[type] || "",
    });
  }
}

/** The text of an article: videos are welcome. */
export class ArticleHtmlField extends HtmlField {
  getConfig() {
    const config = super.getConfig();
    const Plugins = config.Plugins.map((Plugin) =>
      Plugin === ClipboardPlugin ? ArticleClipboardPlugin : Plugin
    );
    return {...config, Plugins, allowVideo: true};
  }
}

registry.category("fields").add("helpdesk_article_html", {
  ...htmlField,
  component: ArticleHtmlField,
});
