#!/bin/sh
# Makes the partitioned disks of PartitionScanTests with Debian's fdisk and gdisk packages. Each is 8 MiB, empty but for its tables, and
# compressed.
set -eu
cd "$(dirname "$0")"
for name in mbr-sfdisk mbr-fdisk gpt-sgdisk gpt-sfdisk; do
    rm -f "$name.img" "$name.img.gz"
    truncate -s 8M "$name.img"
done
sfdisk -q mbr-sfdisk.img <<'END'
label: dos
start=2048, size=2048, type=83, bootable
start=4096, size=10240, type=5
start=14336, size=1024, type=c
size=1000, type=83
size=1001, type=82
size=1002, type=7
END
printf 'o\nn\np\n1\n2048\n4095\nn\np\n2\n4096\n\nt\n2\nef\nw\n' | fdisk mbr-fdisk.img > /dev/null
sgdisk -n 1:2048:4095 -t 1:ef00 -c 1:'EFI system' -n 5:4096:8191 -c 5:'Größe' -n 3:8192:0 -t 3:8200 gpt-sgdisk.img > /dev/null
sfdisk -q gpt-sfdisk.img <<'END'
label: gpt
table-length: 200
start=2048, size=100, type=linux, name="first"
start=4096, size=200, type=uefi, name="123456789012345678901234567890123456"
END
gzip -9 -n ./*.img
