from . import account
from . import life
from . import portal
from . import live
from . import ticket
from . import composer
from . import draft
