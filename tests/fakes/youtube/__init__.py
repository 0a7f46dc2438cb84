"""A stand-in of YouTube Live: the API for the real client, an ingest for real pushes.

It follows what is known of the real one; where nothing is published, ``Limits`` and ``Timings`` are
strict and can be changed.  ``python -m tests.fakes.youtube --help`` runs it for people.
"""

from tests.fakes.youtube.faults import Fault as Fault
from tests.fakes.youtube.model import Limits as Limits
from tests.fakes.youtube.model import Timings as Timings
from tests.fakes.youtube.standin import EN_CHANNEL as EN_CHANNEL
from tests.fakes.youtube.standin import ZH_CHANNEL as ZH_CHANNEL
from tests.fakes.youtube.standin import YouTubeStandIn as YouTubeStandIn
