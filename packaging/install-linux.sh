#!/bin/sh
# Puts papierkompas among the programs of whoever runs this; no password is asked. Run it in the
# folder that was unpacked: ./install-linux.sh   To take it away again: ./install-linux.sh --remove
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
app=$share/papierkompas-app
menu=$share/applications/papierkompas.desktop
icon=$share/icons/hicolor/scalable/apps/papierkompas.svg
if [ "${1:-}" = --remove ]; then
  rm -rf -- "$app" "$menu" "$icon"
  echo "papierkompas is weg. De sessies in $HOME/papierkompas zijn er nog."
  exit 0
fi
mkdir -p "$share/applications" "$(dirname -- "$icon")"
rm -rf -- "$app.new"
cp -R -- "$here/papierkompas" "$app.new"
rm -rf -- "$app"
mv -- "$app.new" "$app"
cp -- "$here/papierkompas.svg" "$icon"
sed "s|^Exec=.*|Exec=\"$app/papierkompas\"|" "$here/papierkompas.desktop" > "$menu"
echo "papierkompas staat bij uw programma's."
