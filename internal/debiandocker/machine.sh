#!/bin/bash
# Turns the namespaces that it is started in into a machine whose file system is
# the folder $1, with the folder $2 as /state and $3, read-only, as /project, and
# becomes its Docker, whose containers are in the control group $4.
set -euo pipefail
root=$1 state=$2 project=$3 group=$4

mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mkdir -p proc sys dev run tmp host state project var/lib/docker "$state/docker"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /sys/fs/cgroup sys/fs/cgroup
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount --bind "$state" state
mount --bind "$state/docker" var/lib/docker
mount --bind -o ro "$project" project
ip link set lo up
# A chroot is not enough: commands in a running container would see the host's files.
pivot_root . host
cd /
PATH=/usr/sbin:/usr/bin exec dockerd --host=unix:///state/docker.sock --cgroup-parent="$group"
