package io.pipedeck.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small file system for the database, so that it can be filled up. Needs root; without, there is
 * none and the folder is an ordinary one.
 */
final class SmallDisk implements AutoCloseable {
  private static final int MIB = 1024 * 1024;
  private static final int SIZE_MIB = 2_048;

  private volatile @Nullable Path mounted;

  private SmallDisk(@Nullable Path mounted) {
    this.mounted = mounted;
  }

  /** Mounts one over the folder, which is created. */
  static SmallDisk mountAt(Path folder) throws IOException, InterruptedException {
    if (!System.getProperty("user.name").equals("root")
        || !Files.isExecutable(Path.of("/usr/bin/mount"))) {
      return new SmallDisk(null);
    }
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    boolean done =
        run("mount", "-t", "tmpfs", "-o", "mode=755,size=" + SIZE_MIB + "m", "tmpfs", "" + folder);
    if (!done) {
      return new SmallDisk(null);
    }
    var disk = new SmallDisk(folder);
    Runtime.getRuntime().addShutdownHook(new Thread(disk::close, "small-disk"));
    return disk;
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  boolean exists() {
    return mounted != null;
  }

  /** Takes all the room that is left. */
  void fill() throws IOException {
    Path folder = mounted;
    if (folder == null) {
      throw new IllegalStateException("no small disk here");
    }
    byte[] piece = new byte[MIB];
    try (OutputStream out = Files.newOutputStream(filler(folder))) {
      while (Files.getFileStore(folder).getUsableSpace() > 0) {
        out.write(piece, 0, (int) Math.min(MIB, Files.getFileStore(folder).getUsableSpace()));
      }
    } catch (IOException _) {
      // Full to the last byte.
    }
  }

  /** Gives the room back. */
  void empty() throws IOException {
    Path folder = mounted;
    if (folder != null) {
      Files.deleteIfExists(filler(folder));
    }
  }

  private static Path filler(Path mounted) {
    return mounted.resolve("filler");
  }

  /** Unmounts it, also from under a server that still runs. */
  @Override
  public void close() {
    Path folder = mounted;
    mounted = null;
    try {
      if (folder != null && !run("umount", "-l", folder.toString())) {
        System.err.println("still mounted: " + folder);
      }
    } catch (IOException e) {
      System.err.println("still mounted: " + folder + ": " + e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
