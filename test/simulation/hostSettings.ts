/** What all hosts of a simulation have in common. */
export interface HostSettings {
  connectionString: string;
  workDir: string;
  capacity: number;
  /** Rule 3 removed: neither a companion nor another host ends what a lost host leaves. */
  withoutCompanion: boolean;
}
