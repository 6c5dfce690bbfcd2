from . import test_dates
from . import test_i18n
from . import test_i18n_crawl
from . import test_mail_out
from . import test_participant
from . import test_reply
from . import test_routing
from . import test_stage
