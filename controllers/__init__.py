from . import account
from . import life
from . import portal
from . import ticket
from . import composer
from . import draft
