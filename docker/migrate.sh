#!/bin/sh
# Everything that must stand before web and worker start. Each step may be run again at any time.
set -eu
python manage.py migrate --no-input
python manage.py createcachetable
python manage.py load_catalogue
python manage.py load_key_dates
python manage.py load_wordings
python manage.py load_prices
