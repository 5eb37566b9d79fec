package io.pipedeck.ui.contract;

import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.connection.ConnectionState;

/** A stub and a live connection to it, on the test's thread. */
public final class Line implements AutoCloseable {
  public final TestTasks tasks = new TestTasks();
  public final ContractStub stub = ContractStub.start();
  public final Connection connection = new Connection(tasks, tasks::now);

  /** Connects and waits until events come. */
  public Line live() {
    connection.connect(stub.url(), stub.token());
    tasks.await("live", () -> connection.stateProperty().get() instanceof ConnectionState.Live);
    return this;
  }

  @Override
  public void close() {
    connection.close();
    stub.close();
  }
}
