; What setup and uninstaller say. UTF-8 with a byte order mark is not needed: makensis is told by -INPUTCHARSET.

LangString TEXT_WELCOME ${LANG_ENGLISH} "bindtool ${VERSION} will be installed for you alone; no administrator is \
needed.$\r$\n$\r$\nIf bindtool is open, it is closed and can be started again at the end. Sheets, profiles and \
tokens stay as they are."
LangString TEXT_WELCOME ${LANG_SIMPCHINESE} "将只为你安装 bindtool ${VERSION}，无需管理员权限。$\r$\n$\r$\n\
如果 bindtool 已打开，安装时会将其关闭，完成后可重新启动。设备表、配置和令牌保持不变。"

LangString TEXT_IN_USE ${LANG_ENGLISH} "A command of bindtool is at work, or its window does not close. \
Nothing has been changed.$\r$\n$\r$\nWait until it is done, then press Retry."
LangString TEXT_IN_USE ${LANG_SIMPCHINESE} "有 bindtool 命令正在运行，或窗口没有关闭。\
尚未做任何更改。$\r$\n$\r$\n请等它完成后按“重试”。"

LangString TEXT_PER_MACHINE ${LANG_ENGLISH} "IT has installed bindtool for everybody on this computer, in \
$0.$\r$\n$\r$\nPlease ask IT for the new version: two bindtools on one computer would be confusing."
LangString TEXT_PER_MACHINE ${LANG_SIMPCHINESE} "IT 已在这台电脑上为所有人安装了 bindtool，位置：$0。\
$\r$\n$\r$\n请向 IT 索取新版本：同一台电脑上装两个 bindtool 会造成混乱。"

LangString TEXT_SYSTEM_ACCOUNT ${LANG_ENGLISH} "This setup is for one user and was started by the system's \
account. Run it in the user's session, or use the MSI."
LangString TEXT_SYSTEM_ACCOUNT ${LANG_SIMPCHINESE} "此安装程序只为单个用户安装，却由系统账户启动。\
请在用户会话中运行，或改用 MSI。"

LangString TEXT_FORGET_TOKENS ${LANG_ENGLISH} "Forget the access tokens that bindtool keeps in Windows' \
Credential Manager, too?$\r$\n$\r$\nSheets, profiles and everything that was bound stay in \
$LOCALAPPDATA\bindtool."
LangString TEXT_FORGET_TOKENS ${LANG_SIMPCHINESE} "是否同时删除 bindtool 保存在 Windows 凭据管理器中的访问令牌？\
$\r$\n$\r$\n设备表、配置和绑定记录仍保留在 $LOCALAPPDATA\bindtool。"

LangString TEXT_NOT_FORGOTTEN ${LANG_ENGLISH} "The tokens could not be removed. bindtool stays installed.\
$\r$\n$\r$\nTry again, or answer No and remove them in Windows' Credential Manager."
LangString TEXT_NOT_FORGOTTEN ${LANG_SIMPCHINESE} "未能删除令牌，bindtool 仍保持安装。\
$\r$\n$\r$\n请重试，或选择“否”，再到 Windows 凭据管理器中手动删除。"

LangString TEXT_START ${LANG_ENGLISH} "Start bindtool"
LangString TEXT_START ${LANG_SIMPCHINESE} "启动 bindtool"
