from . import helpdesk_desk_wizard
from . import helpdesk_sign_in_link_wizard
from . import helpdesk_ticket_mail_release
from . import helpdesk_two_factor_wizard
from . import helpdesk_ticket_wait_wizard
from . import helpdesk_ticket_write_wizard
