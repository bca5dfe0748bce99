import sys

from hallmark.cli import main

sys.exit(main())
