import {Message} from "@mail/core/common/message_model";
import {patch} from "@web/core/utils/patch";

/**
 * Under a shared mailbox a message says who wrote it: "Ana (Hotel Mirador)".
 */
patch(Message.prototype, {
  get authorName() {
    const name = super.authorName;
    return this.writer_name ? `${this.writer_name} (${name})` : name;
  },
});
