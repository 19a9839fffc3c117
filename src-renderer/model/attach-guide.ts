import type { LabAccess } from '../../src-main/contract/lab-api'

/**
 * How hosts of other makers attach to the lab: their own commands, with the addresses of this lab. The sentences beside them stand in
 * i18n under `attach`. The README has the same commands (a test compares them).
 */
export const ATTACH_CLIENTS = ['libiscsi', 'qemu', 'linux', 'windows', 'freebsd', 'esxi'] as const
export type AttachClient = (typeof ATTACH_CLIENTS)[number]

/** Where the host is, seen from the lab: on the same machine, in a guest of QEMU's user network there, or on another machine. */
export const HOST_PLACES = ['same', 'guest', 'other'] as const
export type HostPlace = (typeof HOST_PLACES)[number]

const SAME_MACHINE = '127.0.0.1'
/** The machine of the emulator, as a guest on QEMU's user network sees it. */
const SEEN_BY_GUEST = '10.0.2.2'

export interface AttachTarget extends Pick<LabAccess, 'target' | 'portals'> {
  readonly lun: number
  readonly place: HostPlace
  /** Of the lab's machine, as the host sees it. Counts for `other` alone. */
  readonly address: string
}

export interface AttachStep {
  /** Of its sentence, `attach.steps.<id>`. */
  readonly id: string
  readonly command: string
}

/** A host name or an IPv4 address: what a shell takes as one word. */
export function isHostAddress(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text)
}

/** In order. The first one for a host on another machine is for the lab's machine, whose portals listen on loopback. */
export function attachSteps(client: AttachClient, target: AttachTarget): readonly AttachStep[] {
  const [a, b] = [portOf(target.portals.a), portOf(target.portals.b)]
  const host = { same: SAME_MACHINE, guest: SEEN_BY_GUEST, other: target.address }[target.place]
  const places = { iqn: target.target, lun: target.lun, host, a, b }
  const own = STEPS[client](places)
  return target.place === 'other' ? [{ id: 'relay', command: relay(places) }, ...own] : own
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1)
}

interface Places {
  readonly iqn: string
  readonly lun: number
  readonly host: string
  readonly a: string
  readonly b: string
}

const relay = ({ host, a, b }: Places): string =>
  [a, b].map((port) => `socat TCP-LISTEN:${port},bind=${host},fork,reuseaddr TCP:${SAME_MACHINE}:${port} &`).join('\n')

const STEPS: Readonly<Record<AttachClient, (places: Places) => readonly AttachStep[]>> = {
  libiscsi: ({ iqn, lun, host, a, b }) => [
    { id: 'list', command: `iscsi-ls -s iscsi://${host}:${a}` },
    { id: 'bothPaths', command: [a, b].map((port) => `iscsi-inq iscsi://${host}:${port}/${iqn}/${lun}`).join('\n') },
    { id: 'conformance', command: `iscsi-test-cu -d iscsi://${host}:${a}/${iqn}/${lun} iscsi://${host}:${b}/${iqn}/${lun}` },
  ],
  qemu: ({ iqn, lun, host, a, b }) => [
    { id: 'look', command: `qemu-img info iscsi://${host}:${a}/${iqn}/${lun}` },
    { id: 'copyImage', command: `qemu-img convert -n -O raw disk.qcow2 iscsi://${host}:${a}/${iqn}/${lun}` },
    {
      id: 'guest',
      command: [
        'qemu-system-x86_64 -m 2048 -hda guest.qcow2 -device virtio-scsi-pci',
        ...[a, b].map((port, at) => {
          const drive = `driver=iscsi,transport=tcp,portal=${host}:${port},target=${iqn},lun=${lun},node-name=path${at}`
          return `  -blockdev ${drive} -device scsi-block,drive=path${at},share-rw=on`
        }),
      ].join(' \\\n'),
    },
  ],
  linux: ({ iqn, host, a, b }) => [
    { id: 'install', command: 'sudo apt-get install open-iscsi multipath-tools' },
    {
      id: 'login',
      command: [
        ...[a, b].map((port) => `sudo iscsiadm -m node -o new -T ${iqn} -p ${host}:${port}`),
        `sudo iscsiadm -m node -T ${iqn} --op update -n node.session.timeo.replacement_timeout -v 5`,
        `sudo iscsiadm -m node -T ${iqn} --login`,
      ].join('\n'),
    },
    {
      id: 'multipath',
      command: [
        'sudo tee /etc/multipath/conf.d/takeover-lab.conf <<END',
        'devices {',
        '  device {',
        '    vendor "TAKEOVER"',
        '    product ".*"',
        '    path_grouping_policy group_by_prio',
        '    prio alua',
        '    hardware_handler "1 alua"',
        '    path_checker tur',
        '    failback immediate',
        '    no_path_retry 30',
        '  }',
        '}',
        'END',
        'sudo systemctl restart multipathd',
      ].join('\n'),
    },
    { id: 'linuxPaths', command: 'sudo multipath -ll' },
  ],
  windows: ({ iqn, host, a, b }) => [
    {
      id: 'windowsMultipath',
      command: 'Install-WindowsFeature Multipath-IO\nEnable-MSDSMAutomaticClaim -BusType iSCSI\nRestart-Computer',
    },
    {
      id: 'windowsLogin',
      command: [
        'Set-Service MSiSCSI -StartupType Automatic',
        'Start-Service MSiSCSI',
        ...[a, b].map((port) => `New-IscsiTargetPortal -TargetPortalAddress ${host} -TargetPortalPortNumber ${port}`),
        ...[a, b].map((port) => {
          const portal = `-TargetPortalAddress ${host} -TargetPortalPortNumber ${port}`
          return `Connect-IscsiTarget -NodeAddress ${iqn} ${portal} -IsMultipathEnabled $true`
        }),
      ].join('\n'),
    },
    { id: 'windowsPaths', command: 'Get-IscsiSession | Get-Disk\nmpclaim -s -d' },
  ],
  freebsd: ({ iqn, host, a, b }) => [
    { id: 'freebsdStart', command: 'sysrc iscsid_enable=YES\nservice iscsid start' },
    {
      id: 'freebsdLogin',
      command: [...[a, b].map((port) => `iscsictl -A -p ${host}:${port} -t ${iqn}`), 'iscsictl -L'].join('\n'),
    },
    { id: 'freebsdPaths', command: 'gmultipath create takeover /dev/da0 /dev/da1\ngmultipath status' },
  ],
  esxi: ({ iqn, host, a, b }) => [
    { id: 'esxiStart', command: 'esxcli iscsi software set --enabled=true\nesxcli iscsi adapter list' },
    {
      id: 'esxiRule',
      command: 'esxcli storage nmp satp rule add --satp=VMW_SATP_ALUA --psp=VMW_PSP_RR --vendor=TAKEOVER --claim-option=tpgs_on',
    },
    {
      id: 'esxiLogin',
      command: [
        ...[a, b].map(
          (port) => `esxcli iscsi adapter discovery statictarget add --adapter=vmhba64 --address=${host}:${port} --name=${iqn}`,
        ),
        'esxcli storage core adapter rescan --adapter=vmhba64',
      ].join('\n'),
    },
    { id: 'esxiPaths', command: 'esxcli storage nmp device list\nesxcli storage nmp path list' },
  ],
}

/** How much of it our own tests run, as a message of `attach`. What they do not run is from the makers' documentation. */
export function attachEvidence(client: AttachClient): 'tried' | 'triedPart' | 'untried' {
  if (client === 'libiscsi') return 'tried'
  return client === 'qemu' ? 'triedPart' : 'untried'
}
