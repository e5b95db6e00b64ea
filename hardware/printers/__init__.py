"""Receipt printers: the device-free receipt, its renderers, status bytes and the sending of a job."""
