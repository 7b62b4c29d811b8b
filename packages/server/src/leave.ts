/** Milliseconds for what ends by itself. */
const soonMs = 500;

/**
 * Ends the process soon after its work, whatever it has let go of, such as a database that does not answer or a file of a disk that is gone. To exit in order means to
 * wait for the threads that ask the system for files and names, for as long as they take: with one of these, nothing but SIGKILL helps.
 */
export function leave(): void {
  const end = () => {
    const stuck = process.getActiveResourcesInfo().some((name) => /^(FSReq|GetAddrInfo)/.test(name));
    if (stuck) process.kill(process.pid, 'SIGKILL');
    else process.exit();
  };
  setTimeout(end, soonMs).unref(); // With nothing left, it ends at once.
}
