/** Our words beside those of the patent. */
export const words = {
  words: {
    intro: 'The words this lab uses, and beside each the word of US 9,015,391 B2 and its family.',
    controller: { ours: 'Controller A, B', patent: 'storage virtualization controller (SVC)', meaning: 'A worker thread with its own portal, management port and memory.' },
    drive: { ours: 'Drive', patent: 'physical storage device (PSD)', meaning: 'A disk-image file with a superblock that says whose it is.' },
    section: { ours: 'Section', patent: 'section of media', meaning: 'A contiguous extent of one drive.' },
    group: { ours: 'RAID group', patent: '–', meaning: 'Sections of several drives, combined at a RAID level.' },
    volume: { ours: 'Volume', patent: 'logical media unit (LMU)', meaning: 'What a LUN shows to a host: a slice of a RAID group.' },
    host: { ours: 'Host', patent: 'host entity', meaning: 'An initiator outside the controllers; also a management station.' },
    interconnect: { ours: 'Interconnect', patent: 'inter-controller communication channel (ICC)', meaning: 'The link between the two controllers: heartbeats, forwarded requests, commits.' },
    midplane: { ours: 'Midplane', patent: '–', meaning: 'What both controllers plug into: drives, reset lines, interconnect.' },
    serviceRequest: { ours: 'Service request', patent: 'service request', meaning: 'A configuration, management or monitoring request. Either controller takes it, and its result returns by the path it came.' },
    serviceOwner: { ours: 'Service owner', patent: 'service owner', meaning: 'The controller that handles forwarded service requests and orders changes of the configuration.' },
    preferredOwner: { ours: 'Preferred and current owner', patent: 'LMU owner', meaning: 'One controller owns a volume at a time. After giveback that is the preferred one again.' },
    epoch: { ours: 'Ownership epoch', patent: '–', meaning: 'Grows with each change of owner. A drive refuses writes with an old epoch.' },
    fence: { ours: 'Fence', patent: '–', meaning: 'The proof that the peer cannot write any more. Nothing is written for it before.' },
    takeover: { ours: 'Takeover', patent: 'takeover', meaning: 'Detect, fence, claim, replay, adopt, serve: the survivor goes on with the dead controller’s I/O and its service requests.' },
    giveback: { ours: 'Giveback', patent: 'failback', meaning: 'The returned controller gets its volumes and addresses back.' },
    arbiter: { ours: 'Ownership arbiter', patent: 'ownership arbiter', meaning: 'Under the scheme “Transfer” it decides who is service owner: it asks the owner to relinquish, then grants.' },
    nvram: { ours: 'NVRAM log, mirror', patent: '–', meaning: 'A write is acknowledged when it is in its owner’s log and in the peer’s mirror of it; destage brings it to the drives, replay does so after a failure.' },
    ledger: { ours: 'Ledger', patent: '–', meaning: 'The host’s own book of acknowledged writes, read back block by block after a takeover.' },
  },
}
