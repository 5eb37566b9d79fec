package io.pipedeck.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * The servers' programs, unpacked from the class path. A folder under {@code runtime/} is complete
 * or not there, its name says which build it is, and all who need the same build share it.
 */
final class Binaries {
  static final int POSTGRES_MAJOR = 18;
  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
  private static final String LOCK = ".lock";
  private static final String UNFINISHED = "unfinished-";
  private static final ReentrantLock ONE_THREAD = new ReentrantLock();

  private final Path runtime;
  private final Platform platform;
  private final StartupProgress progress;

  Binaries(Path runtime, Platform platform, StartupProgress progress) {
    this.runtime = runtime;
    this.platform = platform;
    this.progress = progress;
  }

  @FunctionalInterface
  private interface Unpacker {
    void unpack(InputStream in, Path into) throws IOException;
  }

  /** The folder with PostgreSQL's {@code bin}, {@code lib} and {@code share}. */
  Path postgres() throws IOException {
    String name = "postgresql-" + POSTGRES_MAJOR;
    return unpacked(name, platform.postgresArchive(), Binaries::unpackArchive);
  }

  /** The redis-server program. */
  Path redis() throws IOException {
    String resource =
        platform.redisProgram().orElseThrow(() -> missing("Redis", "REDIS_URL", platform));
    return unpacked("redis-" + Platform.REDIS_VERSION, resource, Binaries::copyProgram)
        .resolve("redis-server");
  }

  /**
   * Deletes the other builds of a server from a runtime folder that only one data folder uses: what
   * an upgrade leaves behind. Not being able to is no reason to stop.
   *
   * @param kept the folder of the build that stays
   */
  static void deleteOtherBuilds(Path kept) {
    String name = kept.getFileName().toString();
    String server = name.substring(0, name.indexOf('-') + 1);
    Path runtime = Durable.folderOf(kept);
    ONE_THREAD.lock();
    try (var _ = FolderLock.waitFor(runtime.resolve(LOCK))) {
      for (Path build : Durable.entries(runtime, server)) {
        if (!build.getFileName().toString().equals(name)) {
          Files.move(build, runtime.resolve(UNFINISHED + build.getFileName()));
        }
      }
      Durable.deleteLeftovers(runtime, UNFINISHED);
    } catch (IOException e) {
      LOG.warn("Programs of an earlier version in {} can't be deleted", runtime, e);
    } finally {
      ONE_THREAD.unlock();
    }
  }

  private static BundledServerException missing(String what, String setting, Platform platform) {
    return new BundledServerException(
        "This Pipedeck carries no " + what + " for " + platform + "; set " + setting);
  }

  private Path unpacked(String name, String resource, Unpacker unpacker) throws IOException {
    URL source = Binaries.class.getClassLoader().getResource(resource);
    if (source == null) {
      throw name.startsWith("redis")
          ? missing("Redis", "REDIS_URL", platform)
          : missing("PostgreSQL", "DATABASE_URL", platform);
    }
    Path target = runtime.resolve(name + "-" + checksum(source));
    if (Files.isDirectory(target)) {
      return target.toRealPath();
    }
    ONE_THREAD.lock();
    try (var _ = FolderLock.waitFor(runtime.resolve(LOCK))) {
      if (Files.notExists(target)) {
        progress.step(
            "Unpacking " + name.replace("postgresql-", "PostgreSQL ").replace("redis-", "Redis "));
        unpackInto(target, source, unpacker);
      }
    } finally {
      ONE_THREAD.unlock();
    }
    return target.toRealPath();
  }

  private void unpackInto(Path target, URL source, Unpacker unpacker) throws IOException {
    // Whoever left these was interrupted: nobody else unpacks while we have the lock.
    Durable.deleteLeftovers(runtime, UNFINISHED);
    Durable.setMode(runtime, "rwxr-xr-x");
    Path fresh = Files.createDirectory(runtime.resolve(UNFINISHED + target.getFileName()));
    Durable.setMode(fresh, "rwxr-xr-x");
    try (InputStream in = source.openStream()) {
      unpacker.unpack(in, fresh);
    }
    Durable.moveInto(fresh, target);
  }

  /** The CRC-32 that the jar already knows; computed where the resource is not in a jar. */
  private static String checksum(URL source) throws IOException {
    URLConnection connection = source.openConnection();
    long value;
    if (connection instanceof JarURLConnection jar) {
      value = jar.getJarEntry().getCrc();
    } else {
      var crc = new CRC32();
      try (InputStream in = source.openStream()) {
        crc.update(in.readAllBytes());
      }
      value = crc.getValue();
    }
    return HexFormat.of().toHexDigits((int) value);
  }

  private static void copyProgram(InputStream in, Path into) throws IOException {
    write(in, into.resolve("redis-server"), true);
    Durable.syncFolder(into);
  }

  private static void unpackArchive(InputStream in, Path into) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(in), "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (isNeeded(entry.getName())) {
          unpackEntry(tar, entry, into);
        }
      }
    }
    try (var walk = Files.walk(into)) {
      for (Path folder : walk.filter(Files::isDirectory).toList()) {
        Durable.syncFolder(folder);
      }
    }
  }

  /** Not what only serves to compile programs against PostgreSQL. */
  private static boolean isNeeded(String name) {
    String path = name.startsWith("./") ? name.substring(2) : name;
    return !path.startsWith("include/")
        && !path.startsWith("lib/pkgconfig/")
        && !path.startsWith("lib/postgresql/pgxs/")
        && !path.endsWith(".a")
        && !path.endsWith(".lib");
  }

  private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path into)
      throws IOException {
    Path path = into.resolve(entry.getName()).normalize();
    if (!path.startsWith(into)) {
      throw new IOException("An entry of the archive leads out of it: " + entry.getName());
    }
    if (entry.isDirectory()) {
      folders(path);
      return;
    }
    folders(Durable.folderOf(path));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      write(tar, path, (entry.getMode() & 0100) != 0);
    }
  }

  private static void folders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    folders(Durable.folderOf(folder));
    Durable.setMode(Files.createDirectory(folder), "rwxr-xr-x");
  }

  private static void write(InputStream in, Path file, boolean program) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      in.transferTo(Channels.newOutputStream(channel));
      channel.force(true);
    }
    Durable.setMode(file, program ? "rwxr-xr-x" : "rw-r--r--");
  }
}
