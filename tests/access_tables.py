"""Who may what, as tables: what tests/test_access_*.py expect.

Columns are people, rows are doors. Ana asked for the ticket; Luis works at the same
hotel, Eva at another customer's; Rosa was put in copy; Ines works here without
helpdesk group; Laura, the assignee, has her own tickets, Marta her team's, Sam all;
Mora manages. The visitor is not signed in.
"""

ROLES = "visitor ana luis eva rosa ines laura marta sam mora".split()
CUSTOMERS = ("ana", "luis", "eva", "rosa")
OUTSIDERS = ("visitor", *CUSTOMERS)
SIGNED_IN = ROLES[1:]


def read_table(text, columns=ROLES, names=1):
    """Return {row name: {column: word}} of a table written as text.

    :param str text: rows; the first ``names`` words name the row
    """
    rows = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        words = line.split()
        name, cells = " ".join(words[:names]), words[names:]
        if len(cells) != len(columns) or name in rows:
            raise ValueError(line)
        rows[name] = dict(zip(columns, cells, strict=True))
    return rows


# Every route of this module and its base, opened with Ana's ticket.
#   page: it is shown · login: taken to sign in, and back afterwards
#   done: it happens · none: "there is no such ticket" · same: nothing happens
# Methods that are not listed answer 405.
ROUTES = read_table(
    """
    POST /helpdesk/mail                401   401  401  401  401  401  401  401  401  401
    GET  /my                           login page page page page page page page page page
    GET  /my/home                      login page page page page page page page page page
    GET  /my/account                   login page page page page page page page page page
    GET  /my/security                  login page page page page page page page page page
    GET  /my/security/data             login page page page page page page page page page
    GET  /my/security/device/<int:device_id> login done done done done done done done done done
    GET  /my/security/phones           login done done done done done done done done done
    GET  /my/security/recovery-codes   login done done done done done done done done done
    GET  /my/profile                   login page page page page page page page page page
    POST /my/deactivate_account        login page page page page page page page page page
    GET  /web/login/totp               login done done done done done done done done done
    POST /my/counters                  415   415  415  415  415  415  415  415  415  415
    GET  /my/sign-in/<token>           none none none none none none none none none none
    POST /my/sign-in/<token>           none none none none none none none none none none
    GET  /my/tickets                   login page page page page page page page page page
    GET  /my/tickets/page/<int:page>   login page page page page page page page page page
    GET  /my/tickets/export            login page page page page page page page page page
    POST /my/tickets/export            login page page page page page page page page page
    GET  /my/ticket/<int:ticket_id>    login page none none page none page page page page
    GET  /my/ticket/<int:ticket_id>/<access_token> page page page page page page page page page page
    GET  /my/ticket/<int:ticket_id>/live none page none none page none page page page page
    POST /my/ticket/<int:ticket_id>/seen login 204  204  204  204  204  204  204  204  204
    GET  /my/ticket/<int:ticket_id>/edit/<string:name> login page none none page none page page page page
    GET  /my/ticket/<int:ticket_id>/people login page none none page none page page page page
    POST /my/ticket/<int:ticket_id>/people/<int:person_id>/remove login same none none same none same same same same
    POST /my/ticket/<int:ticket_id>/people/<int:person_id>/include login same none none same none same same same same
    POST /my/ticket/<int:ticket_id>/leave login same none none done none same same same same
    POST /my/ticket/<int:ticket_id>/message login done none none done none done done done done
    POST /my/ticket/<int:ticket_id>/confidential/delete login same none none same none same same same same
    GET  /my/ticket/<int:ticket_id>/more-time login page none none page none page page page page
    POST /my/ticket/<int:ticket_id>/more-time login same none none same none same same same same
    POST /my/ticket/<int:ticket_id>/reopen login same none none same none same same same same
    POST /my/ticket/<int:ticket_id>/thanks login same none none same none same same same same
    POST /my/draft/save                401   page page page page page page page page page
    POST /my/draft/file                401   400  400  400  400  400  400  400  400  400
    POST /my/draft/file/remove         401   page page page page page page page page page
    POST /my/draft/discard             same  same same same same same same same same same
    GET  /my/people login none none none none none none none none none
    GET  /my/people/invite login none none none none none none none none none
    POST /my/people/invite login none none none none none none none none none
    GET  /my/people/<int:person_id> login none none none none none none none none none
    POST /my/people/<int:person_id> login none none none none none none none none none
    POST /my/people/<int:person_id>/again login none none none none none none none none none
    POST /my/people/<int:person_id>/remove login none none none none none none none none none
    POST /my/people/two-steps login none none none none none none none none none
    GET  /my/mails                     login page page page page page page page page page
    POST /my/mails                     login same same same same same same same same same
    POST /my/ticket/<int:ticket_id>/mails login same none none same none same same same same
    GET  /helpdesk/form/preview        login none none none none none none none none page
    GET  /helpdesk/confidential/<int:file_id> login none none none none none none none none none
    POST /helpdesk/confidential/<int:file_id> login none none none none none none none none none
    GET  /new/ticket                   login page page page page page page page page page
    POST /submitted/ticket             login done done done done done done done done done
    POST /mail/attachment/upload       400   400  400  400  400  400  400  400  400  400
    POST /ticket/close                 login done same same done same done done done done
    POST /jsonrpc                      415   415  415  415  415  415  415  415  415  415
    POST /xmlrpc/<service>             page  page page page page page page page page page
    POST /xmlrpc/2/<service>           page  page page page page page page page page page
    POST /web/proof                    page  page page page page page page page page page
    GET  /support/ticket               login done done done done done done done done done
    GET  /support/ticket/sent          page page page page page page page page page page
    GET  /support/ticket/confirm/<key> none none none none none none none none none none
    GET  /support                      page page page page page page page page page page
    GET  /support/block/<string:name>  none none none none none none none none none none
    GET  /support/search               page page page page page page page page page page
    GET  /support/search/page/<int:page> page page page page page page page page page page
    GET  /support/suggest              page page page page page page page page page page
    GET  /support/hints                page page page page page page page page page page
    GET  /support/hints/<int:article_id> none none none none none none none none none none
    GET  /support/hints/announcement/<int:announcement_id> none none none none none none none none none none
    POST /support/article/<int:article_id>/solved 204 204 204 204 204 204 204 204 204 204
    GET  /support/<string:category>    none none none none none none none none none none
    GET  /support/<string:category>/page/<int:page> none none none none none none none none none none
    GET  /support/<string:category>/<string:article> none none none none none none none none none none
    GET  /support/feed.xml             page page page page page page page page page page
    POST /support/article/<int:article_id>/vote none none none none none none none none none none
    POST /support/article/<int:article_id>/comment none none none none none none none none none none
    POST /support/article/<int:article_id>/read 204 204 204 204 204 204 204 204 204 204
    POST /support/folder/<int:category_id>/comment none none none none none none none none none none
    POST /support/search/vain          204 204 204 204 204 204 204 204 204 204
    POST /support/preview              login same same same same same same same same same
    GET  /support/health               page page page page page page page page page page
    GET  /support/launcher.js          page page page page page page page page page page
    GET  /support/launcher/tickets     page page page page page page page page page page
    GET  /support/announcement/<int:announcement_id> login none none none none none none none none none
    POST /support/announcement/<int:announcement_id>/follow login same same same same same same same same same
    POST /support/announcement/<int:announcement_id>/answer login same same same same same same same same same
    GET  /web/get_password             page  page page page page page page page page page
    GET  /web/reset_password           page  page page page page page page page page page
    GET  /web/signup                   none  none none none none none none none none none
    GET  /web/login                    page  page page page page page page page page page
    """,  # noqa: E501
    names=2,
)
# Routes that take GET and POST alike; what was said of GET goes for both.
BOTH_METHODS = {
    "/helpdesk/confidential/<int:file_id>",
    "/my/ticket/<int:ticket_id>/edit/<string:name>",
    "/my/ticket/<int:ticket_id>/people",
    "/support/ticket",
    "/support/ticket/confirm/<key>",
    # GET is the address of a folder or an article
    "/support/preview",
    "/support/search/vain",
    "/my/mails",
    "/my/people/invite",
    "/my/people/<int:person_id>",
    "/my",
    "/my/home",
    "/my/account",
    "/my/security",
    "/my/security/data",
    "/my/security/device/<int:device_id>",
    "/my/security/phones",
    "/my/security/recovery-codes",
    "/my/profile",
    "/web/login/totp",
    "/my/counters",
    "/my/sign-in/<token>",
    "/my/tickets",
    "/my/tickets/page/<int:page>",
    "/my/tickets/export",
    "/my/ticket/<int:ticket_id>",
    "/my/ticket/<int:ticket_id>/<access_token>",
    "/new/ticket",
    "/web/login",
    "/web/get_password",
    "/web/reset_password",
    "/web/signup",
    "/jsonrpc",
}

# What may stand in any answer whatever, by its marker in the data.
SEES = read_table(
    """
    ANAPUB   - x - - x - x x x x
    ANANOTE  - - - - - - x x x x
    EVAPUB   - - - x - - - - x x
    EVANOTE  - - - - - - - - x x
    """
)

# Rights on models: the four verbs as crud.
MODELS = read_table(
    """
    helpdesk.access.check            - - - - - - crud crud crud crud
    helpdesk.access.request          - - - - - - -   -   -    -
    helpdesk.announcement            r r r r r r r   r   cru crud
    helpdesk.announcement.affected   - - - - - - r   r   cru crud
    helpdesk.article                 r r r r r r r   r   r   crud
    helpdesk.article.audience        - - - - - - -   -   -   -
    helpdesk.article.category        r r r r r r r   r   r   crud
    helpdesk.article.comment         - - - - - - -   -   -   crud
    helpdesk.article.inbox           - - - - - - -   -   -   crud
    helpdesk.article.index           - - - - - - -   -   -   -
    helpdesk.article.solved          - - - - - - -   -   -   r
    helpdesk.article.word            - - - - - - -   -   -   -
    helpdesk.article.translate.wizard - - - - - - -  -   -   crud
    helpdesk.article.view            - - - - - - -   -   -   r
    helpdesk.audit                   - - - - - - -   -   -   r
    helpdesk.cached.mixin            - - - - - - -   -   -   -
    helpdesk.public.fields.mixin     - - - - - - -   -   -   -
    helpdesk.call.check              - - - - - - -   -   -   r
    helpdesk.desk.template           - - - - - - -   -   -   -
    helpdesk.backfill                - - - - - - -   -   -   r
    helpdesk.clock.wizard            - - - - - - -   -   -   crud
    helpdesk.scope.wizard            - - - - - - -   -   -   cru
    helpdesk.scope.wizard.line       - - - - - - -   -   -   ru
    helpdesk.desk.wizard             - - - - - - -   -   -   crud
    helpdesk.hold                    - - - - - - -   -   -   -
    helpdesk.hold.wizard             - - - - - - -   -   -   crud
    helpdesk.location.import         - - - - - - -   -   -   -
    helpdesk.health                  - - - - - - -   -   -   -
    helpdesk.invitation              - - - - - - -   -   -   rud
    helpdesk.invitation.wizard       - - - - - - -   -   -   crud
    helpdesk.leaving                 - - - - - - -   -   -   -
    helpdesk.leaving.change          - - - - - - -   -   -   -
    helpdesk.mail.digest             - - - - - - -   -   -   -
    helpdesk.recovery.code           - - - - - - -   -   -    -
    helpdesk.setup                   - - - - - - -   -   -   -
    helpdesk.setup.mail              - - - - - - -   -   -   -
    helpdesk.two.factor.wizard       - - - - - - -   -   crud crud
    helpdesk.sign.in.link            - - - - - - -   -   -   r
    helpdesk.sign.in.link.wizard     - - - - - - crud crud crud crud
    helpdesk.ticket                  - r r r r r cru cru cru crud
    helpdesk.ticket.brand            - r r r r r r   r   r   crud
    helpdesk.ticket.category         r r r r r r r   r   r   crud
    helpdesk.ticket.channel          - - - - - r r   r   r   crud
    helpdesk.ticket.draft            - - - - - - -   -   -    -
    helpdesk.ticket.duplicate.wizard - - - - - - -   -   crud crud
    helpdesk.ticket.example          - - - - - r r   r   r   crud
    helpdesk.ticket.form.field       - - - - - r r   r   r   crud
    helpdesk.ticket.location         - r r r r r r   r   r   crud
    helpdesk.ticket.mail.log         - - - - - - r   r   r   r
    helpdesk.ticket.mail.release     - - - - - - crud crud crud crud
    helpdesk.ticket.mail.rule        - - - - - - r   r   r   crud
    helpdesk.ticket.mail.sender      - - - - - - r   r   r   crud
    helpdesk.ticket.participant      - - - - - - crud crud crud crud
    helpdesk.visitor.request         - - - - - - -   -   -    -
    helpdesk.rate.limit              - - - - - - -   -   -    -
    helpdesk.ticket.reading          - - - - - - -   -   -   r
    helpdesk.ticket.product          - r r r r r r   r   r   crud
    helpdesk.ticket.merge.wizard     - - - - - - crud crud crud crud
    helpdesk.ticket.split.wizard     - - - - - - crud crud crud crud
    helpdesk.ticket.split.wizard.line - - - - - - crud crud crud crud
    helpdesk.ticket.stage            r r r r r r r   r   r   crud
    helpdesk.ticket.tag              - - - - - r r   r   r   crud
    helpdesk.ticket.team             - r r r r r r   r   r   crud
    helpdesk.ticket.team.promise     - - - - - - r   r   r   crud
    helpdesk.ticket.type             - r r r r r r   r   r   crud
    helpdesk.ticket.wait.wizard      - - - - - - crud crud crud crud
    helpdesk.ticket.write.wizard     - - - - - - crud crud crud crud
    """
)

# The same verbs on one record: Ana's ticket, and Eva's.
TICKETS = read_table(
    """
    ana:read         - x - - x - x x x x
    ana:message_post - x - - x - x x x x
    ana:write        - x - - - - x x x x
    ana:unlink       - - - - - - - - - x
    eva:read         - - - x - - - - x x
    eva:message_post - - - x - - - - x x
    eva:write        - - - x - - - - x x
    eva:unlink       - - - - - - - - - x
    """
)

# Public methods of our models: who may call them on Ana's ticket by RPC.
METHODS = read_table(
    """
    helpdesk.ticket/action_solve                 - - - - - - x x x x
    helpdesk.ticket/action_revoke_links          - - - - - - x x x x
    helpdesk.ticket/action_reopen                - - - - - - x x x x
    helpdesk.ticket/action_close                 - - - - - - x x x x
    helpdesk.ticket/action_wait_customer         - - - - - - x x x x
    helpdesk.ticket/action_wait_other            - - - - - - x x x x
    helpdesk.ticket/action_chase                 - - - - - - x x x x
    helpdesk.ticket/action_give_more_time        - - - - - - x x x x
    helpdesk.ticket/action_duplicate_tickets     - - - - - - x x x x
    helpdesk.ticket/action_resume                - - - - - - x x x x
    helpdesk.ticket/action_send_reminder         - - - - - - x x x x
    helpdesk.ticket/assign_to_me                 - - - - - - x x x -
    helpdesk.ticket/desk_send                    - - - - - - x x x x
    """
)
# Methods whose rights stand in TICKETS and MODELS, or that tell nothing by themselves.
METHODS_ELSEWHERE = {
    "helpdesk.access.check": {  # see test_access_check.py
        "action_open_contact",
        "action_revoke_links",
    },
    "helpdesk.ticket.category": {"create", "unlink", "write"},
    "helpdesk.ticket.example": {"create", "unlink", "write"},  # the rights of MODELS
    "helpdesk.ticket.form.field": {"create", "unlink", "write"},
    # the rights of MODELS, see test_announcement.py
    "helpdesk.announcement": {"action_open_ticket", "create", "unlink", "write"},
    # the rights of MODELS, see test_article*.py
    "helpdesk.article": {
        "action_publish",
        "action_reviewed",
        "action_unpublish",
        "create",
        "write",
    },
    "helpdesk.article.comment": {
        "action_answer_from_ticket",
        "action_create_ticket",
        "action_publish",
        "action_refuse",
    },
    "helpdesk.article.inbox": {
        "action_done",
        "action_open_article",
        "action_publish_comment",
        "action_refuse_comment",
        "action_reopen",
    },
    "helpdesk.article.index": {"init"},  # the ORM's
    "helpdesk.article.word": {"init"},
    "helpdesk.article.translate.wizard": {"action_open"},
    "helpdesk.cached.mixin": {"create", "unlink", "write"},  # of who inherits it
    "helpdesk.backfill": {"action_retry"},  # see test_backfill.py
    "helpdesk.scope.wizard": {"action_apply"},  # see test_scope_choice.py
    "helpdesk.clock.wizard": {  # see test_clock_switch.py
        "action_show_tickets",
        "action_turn_off",
        "action_turn_on",
    },
    "helpdesk.hold.wizard": {"action_release"},  # see test_silent.py
    "helpdesk.desk.wizard": {"action_create"},  # see test_desks.py
    "helpdesk.audit": {"create", "unlink", "write"},  # refused, see test_audit.py
    "helpdesk.leaving": {"action_export"},  # see test_leaving.py
    "helpdesk.ticket": {
        "action_access_check",  # see test_access_check.py
        "action_clock_restart",  # dates of the clock, see test_clock.py
        "action_merge_into",  # see test_merge.py
        "action_new_follow_up",  # the address of a window
        "action_split",  # see test_merge.py
        "action_open_duplicate_wizard",  # the address of a window
        "action_view_announcements",  # the address of a window
        "action_view_duplicates",  # the address of a window
        "call_add",  # the contact center's, see test_call_card.py
        "call_card",
        "call_confirm",
        "call_options",
        "call_save",
        "call_search",
        "copy",
        "create",
        "default_get",
        "action_make_article",  # see test_help_desk.py
        "desk_answers",  # reads, see test_desk.py
        "desk_articles",  # reads, see test_help_desk.py
        "desk_link_announcement",  # see test_incident_desk.py
        "desk_page",  # reads, see test_desk.py
        "desk_present",  # tells colleagues, see test_desk.py
        "desk_queue",  # reads, see test_desk.py
        "desk_take_next",  # see test_desk.py
        "desk_unlink_announcement",  # see test_incident_desk.py
        "get_my_turn_count",  # the number of one's own
        "message_new",
        "message_post",
        "message_update",
        "write",
    },
    "helpdesk.invitation": {  # see test_rights of test_invitation.py
        "action_cancel",
        "action_queue",
        "action_retry",
    },
    "helpdesk.invitation.wizard": {"action_invite", "action_list"},  # the same
    "helpdesk.two.factor.wizard": {"action_confirm"},  # see test_two_factor_shared.py
    "helpdesk.ticket.duplicate.wizard": {"action_confirm"},
    "helpdesk.ticket.merge.wizard": {"action_confirm"},  # see test_merge.py
    "helpdesk.ticket.split.wizard": {"action_confirm"},  # the same
    "helpdesk.ticket.wait.wizard": {"action_confirm"},  # the verbs of tickets
    "helpdesk.ticket.write.wizard": {"action_confirm"},  # the creation of tickets
    "helpdesk.ticket.location": {"create", "write"},  # the rights of MODELS
    "helpdesk.sign.in.link.wizard": {"action_confirm"},  # see test_sign_in_link.py
    "helpdesk.ticket.mail.log": {  # see test_who_decides of test_mail_held.py
        "action_accept_sender",
        "action_dismiss",
        "action_download",
        "action_move",
        "action_preview",
        "action_preview_move",
        "action_refuse_sender",
        "action_release",
        "action_retry",
        "desk_mail",
        "get_held_count",
    },
    "helpdesk.ticket.mail.release": {"action_release"},  # the same
    "helpdesk.ticket.mail.rule": {"create", "unlink", "write"},
    "helpdesk.ticket.mail.sender": {"create", "write"},  # the rights of MODELS
    # for managers alone, see test_setup.py and test_location_import.py
    "helpdesk.setup": {"setup_page", "setup_put_aside", "setup_send_test"},
    "helpdesk.location.import": {"apply", "get_template", "preview"},
    "helpdesk.ticket.participant": {"create", "unlink", "write"},
    "helpdesk.ticket.stage": {"create", "write"},
    "helpdesk.ticket.team": {
        "create",  # the rights of MODELS
        "action_fill_form",  # the rights of MODELS, see test_portal_form_fields.py
        "action_open_clock",  # the address of a window
        "action_preview_form",  # an address
        "retrieve_dashboard",
        "write",
    },
    "helpdesk.ticket.type": {"action_fill_form", "action_preview_form"},
    "mail.mail": {"send", "write"},  # the core's rights
    "res.users": {"change_password", "create", "signup", "write"},  # the core's rights
    "mail.message": {"set_message_done"},  # one's own inbox
    "mail.notification": {"create", "write"},  # the core's rights
    "resource.calendar": {"write"},  # the core's rights, as below
    "resource.calendar.attendance": {"create", "unlink", "write"},
    "resource.calendar.leaves": {"create", "unlink", "write"},
    "ir.attachment": {"create"},  # narrower than the core's
    "res.company": {"create", "write"},  # the core's rights
    "res.partner": {
        "action_helpdesk_access_check",  # see test_access_check.py
        "action_view_helpdesk_tickets",
        "write",
    },
}

# Methods of all models with a thread.
METHODS_OF_THREADS = {
    "message_process",  # see test_who_may_hand_in_mails of test_mail_log.py
}

# What customers read, search, sort by, group by and export of their tickets. A new
# field is none of it until it stands here.
CUSTOMER_FIELDS = set(
    """
    access_url access_warning active answer_due_date category_id channel_id closed
    closed_date commercial_partner_id company_id create_date customer_request
    description display_name id interaction_count is_portal_visible
    last_agent_message_date last_customer_message_date last_stage_update location_id
    call_date name number partner_area partner_company_name partner_email
    partner_extension partner_id partner_name priority reopen_count search_text
    sent_by_id sequence solve_due_date solved_date stage_id stage_kind team_id turn
    type_id user_id
    waiting_party write_date brand_id
    country_id partner_phone partner_vat product_id
    """.split()
)
# What customers write of their own tickets over RPC.
CUSTOMER_WRITES = set(
    """
    category_id description location_id name partner_area partner_company_name
    partner_extension partner_phone partner_vat priority type_id
    """.split()
)

# Our fields on models of others: the first of these who reads it, or nobody of them.
FOREIGN_FIELDS = {
    "ir.attachment": "rosa",  # the core gives customers no rights on files
    "mail.mail": "rosa",  # the core gives administrators alone rights on mails
    "mail.message": "rosa",
    "mail.notification": "rosa",
    "res.company": "rosa",
    "res.config.settings": "ines",
    "res.partner": "rosa",
    "res.partner/helpdesk_desk_id": "laura",
    "res.partner/helpdesk_is_manager": "laura",
    "res.partner/helpdesk_sign_up_key": "nobody",
    "res.partner/helpdesk_mails": "laura",
    "res.partner/helpdesk_require_two_factor": "laura",
    "res.partner/helpdesk_is_shared": "laura",
    "res.partner/helpdesk_scope": "laura",
    "res.partner/helpdesk_location_ids": "laura",
    "rating.rating": "nobody",  # administrators alone
    "website": "rosa",
    "res.users": "rosa",
    "res.users/helpdesk_change": "nobody",
    "res.users/helpdesk_change_date": "nobody",
    "res.users/helpdesk_desk_id": "laura",
    "res.users/helpdesk_is_manager": "laura",
    "res.users/helpdesk_sign_up_key": "nobody",
    "res.users/helpdesk_mails": "laura",
    "res.users/helpdesk_require_two_factor": "laura",
    "res.users/helpdesk_is_shared": "laura",
    "res.users/helpdesk_scope": "laura",
    "res.users/helpdesk_location_ids": "laura",
}
