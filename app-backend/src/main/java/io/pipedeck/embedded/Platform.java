package io.pipedeck.embedded;

import java.util.Locale;
import java.util.Optional;

/** What this machine is, as far as the names of the bundled programs depend on it. */
record Platform(Os os, Cpu cpu) {
  /** The newest Redis whose binary its artifact carries; a part of the resource's name. */
  static final String REDIS_VERSION = "7.0.15";

  enum Os {
    LINUX("linux"),
    MAC("darwin"),
    WINDOWS("windows"),
    OTHER("other");

    private final String resourceName;

    Os(String resourceName) {
      this.resourceName = resourceName;
    }
  }

  enum Cpu {
    X86_64,
    ARM_64,
    OTHER
  }

  /**
   * @param osName as the system property {@code os.name}
   * @param osArch as the system property {@code os.arch}
   */
  static Platform of(String osName, String osArch) {
    String name = osName.toLowerCase(Locale.ROOT);
    Os os =
        name.startsWith("linux")
            ? Os.LINUX
            : name.startsWith("mac") ? Os.MAC : name.startsWith("windows") ? Os.WINDOWS : Os.OTHER;
    Cpu cpu =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> Cpu.X86_64;
          case "aarch64", "arm64" -> Cpu.ARM_64;
          default -> Cpu.OTHER;
        };
    return new Platform(os, cpu);
  }

  static Platform here() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  boolean isWindows() {
    return os == Os.WINDOWS;
  }

  /** The resource with PostgreSQL's programs; it may be missing on the class path. */
  String postgresArchive() {
    return "postgres-" + os.resourceName + "-" + cpu.name().toLowerCase(Locale.ROOT) + ".txz";
  }

  /** The resource that is redis-server itself; empty where its artifact has none. */
  Optional<String> redisProgram() {
    if (os == Os.WINDOWS || os == Os.OTHER || cpu == Cpu.OTHER) {
      return Optional.empty();
    }
    String arch = cpu == Cpu.ARM_64 ? "arm64" : "amd64";
    return Optional.of("redis-server-" + REDIS_VERSION + "-" + os.resourceName + "-" + arch);
  }

  @Override
  public String toString() {
    return os.resourceName + " " + cpu.name().toLowerCase(Locale.ROOT);
  }
}
